using Graft.Data;
using Graft.Imaging;
using Graft.Models.Downloads;
using Graft.Tensors;
using Graft.Testing;
using Graft.Training.DataChecks;
using Graft.Weights.Csv;

namespace Graft.Training.Tests.DataChecks;

/// <summary>Without a network: what is found by decoding alone.</summary>
public sealed class DataCheckTests : IDisposable
{
    private const string Nasty = "<script>alert('1')</script> \"&\U0001F984";

    private readonly TemporaryFolder _folder = new();
    private readonly WorkerPool _workers = new(2);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _workers.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Planted_defects_are_found_and_nothing_else()
    {
        Plant();
        var page = _folder["report.html"];
        var report = Check(new() { Data = _folder["data"], Report = page });
        Assert.Equal((19, 12, 7), (report.Images, report.Splits["train"], report.Splits["validation"]));
        Assert.Equal(["train/a/broken.jpg", "train/a/empty.png"], report.BadImages.Select(image => image.Path));
        Assert.Equal(
            [
                ("train/a/0.png", "validation/a/copy.png", PairKind.Exact),
                ("train/a/1.png", "validation/a/again.jpg", PairKind.Reencoded),
                ("train/b/0.png", "validation/b/half.png", PairKind.Resized),
                ("train/b/1.png", "train/a/mirror.png", PairKind.Mirrored),
            ],
            report
                .Duplicates.Select(pair => (pair.First, pair.Second, pair.Kind))
                .OrderBy(pair => pair.Kind)
                .Select(pair =>
                    pair.Second.StartsWith("train/b", StringComparison.Ordinal)
                        ? (pair.Second, pair.First, pair.Kind)
                        : pair
                )
        );
        Assert.Equal(
            [PairKind.Exact, PairKind.Reencoded, PairKind.Resized],
            report.Leaks.Select(leak => leak.Kind).Order()
        );
        Assert.All(report.Leaks, leak => Assert.True(leak is { Train: not null, Validation: not null, Test: null }));
        Assert.Equal(PairKind.Mirrored, Assert.Single(report.Contradictions).Kind);
        Assert.Equal(
            [
                ("blank", "validation/b/blank.png"),
                ("dark", "validation/b/dark.png"),
                ("odd shape", "validation/b/long.png"),
                ("tiny", "validation/b/tiny.png"),
                ("wrong name", "train/a/wrong.jpg"),
            ],
            report.SuspiciousImages.Select(defect => (defect.Kind, defect.Path)).Order()
        );
        Assert.Null(report.SuspectedLabels);
        Assert.True(report.MustBeMended);
        Assert.Equal(
            ["leaks", "contradictions", "unreadable"],
            report.Findings.Take(3).Select(finding => finding.Kind)
        );
        Assert.Contains("data:image/jpeg", File.ReadAllText(page), StringComparison.Ordinal);
    }

    [Fact]
    public void A_second_check_decodes_nothing_and_says_the_same()
    {
        Plant();
        var first = Check(new() { Data = _folder["data"] });
        // Files whose content cannot be read as it was are found out; those with known content are not read beyond
        // their hash.
        var second = Check(new() { Data = _folder["data"] });
        Assert.Equal(first.Duplicates, second.Duplicates);
        Assert.Equal(first.SuspiciousImages, second.SuspiciousImages);
        using var one = new WorkerPool(1);
        var third = DataCheck.Run(
            new GraftHome(_folder["home"]),
            one,
            new()
            {
                Data = _folder["data"],
                Examination = new() { WithoutFeatures = true },
            },
            null,
            Token
        );
        Assert.Equal(first.Duplicates, third.Duplicates);
    }

    [Fact]
    public void Quarantine_moves_what_is_useless_and_keeps_one_of_each()
    {
        Plant();
        File.Copy(_folder["data/train/b/1.png"], _folder["data/train/a/other-label.png"]);
        var report = Check(new() { Data = _folder["data"], Quarantine = _folder["aside"] });
        Assert.Equal(
            ["train/a/0.png", "train/a/broken.jpg", "train/a/empty.png", "train/a/other-label.png", "train/b/1.png"],
            report.Quarantined.Select(file => file.Path).Order(StringComparer.Ordinal)
        );
        Assert.All(report.Quarantined, file =>
            Assert.True(File.Exists(file.MovedTo) && !File.Exists(_folder[$"data/{file.Path}"]))
        );
        Assert.True(File.Exists(_folder["data/validation/a/copy.png"]));
        Assert.Equal(6, CsvFile.Read(_folder["aside/quarantine.csv"]).Count);
        Assert.Contains(
            "not empty",
            Assert
                .Throws<DatasetException>(() => Check(new() { Data = _folder["data"], Quarantine = _folder["aside"] }))
                .Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "inside",
            Assert
                .Throws<DatasetException>(() =>
                    Check(new() { Data = _folder["data"], Quarantine = _folder["data/aside"] })
                )
                .Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_page_of_nasty_names_is_escaped()
    {
        for (var i = 0; i < 6; i++)
            _folder.PutScene(
                $"data/{Nasty}/{Nasty}{i % 3}{(i > 2 ? "x" : "")}.png".Replace("</", "<", StringComparison.Ordinal),
                0,
                (ulong)(i % 3)
            );
        _folder.PutScene("data/b/1.png", 1, 1);
        var page = _folder["report.html"];
        var report = Check(new() { Data = _folder["data"], Report = page });
        Assert.Equal(3, report.Duplicates.Count(pair => pair.Kind == PairKind.Exact));
        Assert.DoesNotContain("<script>alert", File.ReadAllText(page), StringComparison.Ordinal);
    }

    private DataCheckReport Check(DataCheckRequest request) =>
        DataCheck.Run(
            new GraftHome(_folder["home"]),
            _workers,
            request with
            {
                Examination = new() { WithoutFeatures = true },
            },
            null,
            Token
        );

    private void Plant()
    {
        foreach (var (split, count, seed) in new[] { ("train", 3, 0), ("validation", 0, 100) })
        {
            for (var i = 0; i < count; i++)
            {
                _folder.PutScene($"data/{split}/a/{i}.png", 2, (ulong)(seed + (7 * i)), 120 + (10 * i), 90);
                _folder.PutScene($"data/{split}/b/{i}.png", 1, (ulong)(seed + 3 + (7 * i)), 130, 100 + (10 * i));
            }
        }

        _folder.PutScene("data/train/a/more.png", 2, 50, 100, 130);
        _folder.PutScene("data/train/b/more.png", 1, 91, 128, 100);
        Directory.CreateDirectory(_folder["data/validation/a"]);
        Directory.CreateDirectory(_folder["data/validation/b"]);
        File.Copy(_folder["data/train/a/0.png"], _folder["data/validation/a/copy.png"]);
        Derive("train/a/1.png", "validation/a/again.jpg", image => ImageEncoder.Encode(image, ImageFormat.Jpeg, 60));
        Derive("train/b/0.png", "validation/b/half.png", image =>
        {
            using var half = ImageResizer.Resize(image, image.Width / 2, image.Height / 2);
            return ImageEncoder.Encode(half, ImageFormat.Png);
        });
        Derive("train/b/1.png", "train/a/mirror.png", image =>
        {
            using var mirrored = SampleImages.Mirror(image);
            return ImageEncoder.Encode(mirrored, ImageFormat.Png);
        });
        Derive("train/a/more.png", "train/a/wrong.jpg", image =>
        {
            using var cut = RgbImage.FromPixels(
                image.Width,
                8 * (image.Height / 16),
                image.Pixels[..(image.Width * (8 * (image.Height / 16)) * 3)]
            );
            return ImageEncoder.Encode(cut, ImageFormat.Png);
        });
        _folder.Put("data/train/a/broken.jpg", "no picture");
        File.WriteAllBytes(_folder["data/train/a/empty.png"], []);
        PutPlain("validation/b/blank.png", 60, 60, (_, _) => 200);
        PutPlain("validation/b/dark.png", 60, 60, (x, _) => (byte)(x < 20 ? 0 : 14));
        PutPlain("validation/b/tiny.png", 20, 24, (x, y) => (byte)(x * y % 256));
        PutPlain("validation/b/long.png", 200, 40, (x, y) => (byte)((x * 3 % 90) + (y > 20 ? 120 : 0)));
    }

    private void Derive(string from, string to, Func<RgbImage, byte[]> make)
    {
        using var image = new ImageDecoder().Decode(File.ReadAllBytes(_folder[$"data/{from}"]), from);
        File.WriteAllBytes(_folder[$"data/{to}"], make(image));
    }

    private void PutPlain(string name, int width, int height, Func<int, int, byte> level)
    {
        var pixels = new byte[width * height * 3];
        for (var i = 0; i < pixels.Length; i++)
            pixels[i] = level(i / 3 % width, i / 3 / width);
        using var image = RgbImage.FromPixels(width, height, pixels);
        File.WriteAllBytes(_folder[$"data/{name}"], ImageEncoder.Encode(image, ImageFormat.Png));
    }
}
