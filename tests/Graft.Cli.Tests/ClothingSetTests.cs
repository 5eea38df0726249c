using Graft.Cli.Demos;
using Graft.Cli.Progress;
using Graft.Data;
using Graft.Imaging;
using Graft.Models.Downloads;
using Graft.Testing;

namespace Graft.Cli.Tests;

/// <summary>The photos that come with the program are as samples/clothing/NOTICE.md says.</summary>
public sealed class ClothingSetTests
{
    private static readonly ImageDataset Images = Load();

    [Fact]
    public void Every_class_has_thirty_training_and_ten_test_photos()
    {
        Assert.Equal(
            ["dress", "hat", "longsleeve", "outwear", "pants", "shirt", "shoes", "shorts", "skirt", "t-shirt"],
            Images.ClassNames
        );
        Assert.All(Images.Training.CountBy(image => image.Label), label => Assert.Equal(30, label.Value));
        Assert.All(Images.Test.CountBy(image => image.Label), label => Assert.Equal(10, label.Value));
        Assert.Equal((300, 0, 100), (Images.Training.Count, Images.Validation.Count, Images.Test.Count));
    }

    [Fact]
    public void No_photo_occurs_twice() => Assert.Equal(400, Images.All.DistinctBy(image => image.Hash).Count());

    [Fact]
    public void The_shorter_side_of_every_photo_is_256_pixels() => Assert.All(Images.All, image =>
        {
            using var decoded = new ImageDecoder().Decode(ImageDecoder.ReadFile(image.Path), image.Path);
            Assert.Equal(256, Math.Min(decoded.Width, decoded.Height));
        });

    [Fact]
    public void The_notice_with_the_licence_lies_beside_the_photos() =>
        Assert.Contains("CC0 1.0", File.ReadAllText(Path.Combine(Images.Root, "NOTICE.md")), StringComparison.Ordinal);

    private static ImageDataset Load()
    {
        using var home = new TemporaryFolder();
        var progress = new WorkProgress(new PlainProgress(TextWriter.Null));
        return new ClothingSet().Load(new GraftHome(home.Path), 1, progress, CancellationToken.None);
    }
}
