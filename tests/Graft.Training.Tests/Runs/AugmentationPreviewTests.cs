using Graft.Data;
using Graft.Features.Backbones;
using Graft.Imaging;
using Graft.Imaging.Augmentation;
using Graft.Models.Downloads;
using Graft.Models.Published;
using Graft.Testing;
using Graft.Training.Runs;

namespace Graft.Training.Tests.Runs;

public sealed class AugmentationPreviewTests : IDisposable
{
    private const int Side = 20;
    private const int Gap = 4;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_first_column_is_what_evaluation_sees_and_the_others_are_augmented()
    {
        for (var i = 0; i < 6; i++)
            _folder.PutImage($"data/{(i < 3 ? "a" : "b")}/{i}.png", i % 3, (ulong)i, 40, 30);
        var report = Preview(
            new()
            {
                Data = _folder["data"],
                Images = 3,
                Epochs = 2,
            }
        );
        Assert.Equal(["a/0.png", "a/2.png", "b/4.png"], report.Images);
        Assert.Equal(AugmentationOptions.Standard.ToString(), report.Augmentation);
        using var picture = new ImageDecoder().Decode(File.ReadAllBytes(report.Output), report.Output);
        Assert.Equal((Gap + (3 * (Side + Gap)), Gap + (3 * (Side + Gap))), (picture.Width, picture.Height));
        Assert.Equal((picture.Width, picture.Height), (report.Width, report.Height));
        Assert.Equal([255, 255, 255], picture.Pixels[..3].ToArray());
        var loader = new ImageLoader(Backbone.PreprocessingOf(Catalogue.Standard.Find("resnet50"), Side, null));
        for (var row = 0; row < 3; row++)
        {
            var expected = new byte[loader.ValueCount];
            var path = _folder[$"data/{report.Images[row]}"];
            using var decoded = loader.Decode(File.ReadAllBytes(path), path);
            loader.Resize(decoded.Pixels, expected);
            Assert.Equal(expected, Cell(picture, 0, row));
            Assert.NotEqual(expected, Cell(picture, 1, row));
            Assert.NotEqual(Cell(picture, 1, row), Cell(picture, 2, row));
        }

        var bytes = File.ReadAllBytes(report.Output);
        Assert.Equal(
            bytes,
            File.ReadAllBytes(
                Preview(
                    new()
                    {
                        Data = _folder["data"],
                        Images = 3,
                        Epochs = 2,
                    }
                ).Output
            )
        );
        Assert.NotEqual(
            bytes,
            File.ReadAllBytes(
                Preview(
                    new()
                    {
                        Data = _folder["data"],
                        Images = 3,
                        Epochs = 2,
                        Seed = 1,
                    }
                ).Output
            )
        );
    }

    [Fact]
    public void Files_that_are_no_images_are_passed_over_and_fewer_images_are_fewer_rows()
    {
        _folder.PutImage("data/b.png", 0, 1);
        _folder.PutImage("data/d.png", 1, 2);
        _folder.Put("data/a.png", "no picture");
        var report = Preview(
            new()
            {
                Data = _folder["data"],
                Images = 9,
                Epochs = 1,
                Augmentation = AugmentationOptions.Light with { CutMix = 1 },
            }
        );
        Assert.Equal(["b.png", "d.png"], report.Images);
        Assert.EndsWith("a.png", Assert.Single(report.BadImages).Path, StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_shown_is_told()
    {
        _folder.Put("bad/a.png", "no picture");
        Assert.Contains(
            "none of the 1 files",
            Assert.Throws<DatasetException>(() => Preview(new() { Data = _folder["bad"] })).Message,
            StringComparison.Ordinal
        );
        _folder.PutImage("data/b.png", 0, 1);
        Assert.Contains(
            "'.gif'",
            Assert
                .Throws<ArgumentException>(() => Preview(new() { Data = _folder["data"], Output = _folder["x.gif"] }))
                .Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "Show fewer",
            Assert.Throws<ArgumentException>(() => Preview(new() { Data = _folder["data"], Epochs = 1000 })).Message,
            StringComparison.Ordinal
        );
        Assert.Throws<DatasetException>(() => Preview(new() { Data = _folder["nowhere"] }));
    }

    private static byte[] Cell(RgbImage picture, int column, int row)
    {
        var cell = new List<byte>();
        for (var y = 0; y < Side; y++)
            cell.AddRange(
                picture.Pixels.Slice(
                    (((Gap + (row * (Side + Gap)) + y) * picture.Width) + Gap + (column * (Side + Gap))) * 3,
                    Side * 3
                )
            );
        return [.. cell];
    }

    private AugmentationPreviewReport Preview(AugmentationPreviewRequest request) =>
        AugmentationPreview.Run(
            new GraftHome(_folder.Path),
            request with
            {
                ImageSize = Side,
                Output = request.Output == "augmentation.png" ? _folder["out.png"] : request.Output,
            },
            TestContext.Current.CancellationToken
        );
}
