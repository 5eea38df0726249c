using Graft.Data.Hashing;
using Graft.Testing;

namespace Graft.Data.Tests;

/// <summary>With a package that has six photos a sheet instead of ten thousand.</summary>
public sealed class Cifar10Tests : IDisposable
{
    private const int Photos = 6;

    private readonly TemporaryFolder _folder = new();

    public Cifar10Tests()
    {
        foreach (var (sheet, seed) in ((string, ulong)[])[("data_batch_1.png", 1), ("test_batch.png", 2)])
            File.WriteAllBytes(
                _folder[sheet],
                PngFile.Encode(1024, Photos, SampleImages.Pixels(1024, Photos, 0, seed))
            );
        _folder.Put("train_lables.json", "[9,0,1,2,3,4]");
        _folder.Put("test_lables.json", "[3,3,0,1,8,8,9]");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Photos_are_the_rows_of_the_sheets_with_their_labels()
    {
        var cifar = Cifar10.Open(_folder.Path);
        var training = cifar.Training(4);
        Assert.Equal([9, 0, 1, 2], training.Select(image => image.Label));
        Assert.Equal(
            ["train/truck/00000", "train/airplane/00001", "train/automobile/00002", "train/bird/00003"],
            training.Select(image => image.Name)
        );
        var test = cifar.Test(Photos);
        Assert.Equal([3, 3, 0, 1, 8, 8], test.Select(image => image.Label));

        // A row of 1,024 pixels is a photo of 32 rows of 32 pixels.
        var sheet = SampleImages.Pixels(1024, Photos, 0, 2);
        using var picture = cifar.TestImage(3);
        Assert.Equal((32, 32), (picture.Width, picture.Height));
        Assert.Equal(sheet.AsSpan(3 * 1024 * 3, 1024 * 3).ToArray(), picture.Pixels.ToArray());
        Assert.Equal(
            ContentHash.Compute(ImageSample.FromPixels("", 32, 32, sheet.AsMemory(5 * 1024 * 3, 1024 * 3)).Read(new())),
            ContentHash.Compute(test[5].Read(new()))
        );
    }

    [Fact]
    public void The_classes_are_in_ordinal_order() =>
        Assert.Equal(Cifar10.ClassNames.Order(StringComparer.Ordinal), Cifar10.ClassNames);

    [Fact]
    public void Too_few_photos_are_an_error() => AssertRefused(cifar => cifar.Training(Photos + 1), "data_batch_1.png");

    [Fact]
    public void A_sheet_of_another_width_is_an_error()
    {
        File.WriteAllBytes(_folder["test_batch.png"], PngFile.Encode(512, 12, SampleImages.Pixels(512, 12, 0, 1)));
        AssertRefused(cifar => cifar.Test(3), "test_batch.png");
        AssertRefused(cifar => cifar.TestImage(0), "test_batch.png");
    }

    [Theory]
    [InlineData("[1,2")]
    [InlineData("{}")]
    [InlineData("[0,10,0]")]
    [InlineData("[0,-1,0]")]
    [InlineData("[0,1.5,0]")]
    [InlineData("[\"cat\"]")]
    public void Labels_that_are_none_are_an_error(string labels)
    {
        _folder.Put("test_lables.json", labels);
        AssertRefused(cifar => cifar.Test(3), "test_lables.json");
    }

    [Fact]
    public void Missing_and_damaged_files_are_errors()
    {
        File.WriteAllBytes(_folder["test_batch.png"], File.ReadAllBytes(_folder["test_batch.png"])[..500]);
        AssertRefused(cifar => cifar.Test(3), "test_batch.png");
        File.Delete(_folder["data_batch_1.png"]);
        AssertRefused(cifar => cifar.Training(3), "data_batch_1.png");
        File.Delete(_folder["test_batch.png"]);
        File.Delete(_folder["test_lables.json"]);
        AssertRefused(cifar => cifar.Test(3), "test_batch.png");
    }

    private void AssertRefused(Action<Cifar10> action, string file)
    {
        var error = Assert.ThrowsAny<IOException>(() => action(Cifar10.Open(_folder.Path)));
        Assert.Contains(file, error.Message, StringComparison.Ordinal);
        Assert.Contains("Delete the folder", error.Message, StringComparison.Ordinal);
    }
}
