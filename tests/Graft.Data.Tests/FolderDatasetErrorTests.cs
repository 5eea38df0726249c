using Graft.Testing;

namespace Graft.Data.Tests;

public sealed class FolderDatasetErrorTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static ImageDataset Scan(string root, SplitOptions? options = null) =>
        ImageDataset.Scan(root, options, cancellationToken: TestContext.Current.CancellationToken);

    private void AssertError(params string[] parts) => AssertErrorAt(_folder.Path, parts);

    private static void AssertErrorAt(string root, params string[] parts)
    {
        var error = Assert.Throws<DatasetException>(() => Scan(root));
        Assert.All(parts, part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void A_missing_root_is_named_with_what_was_perhaps_meant()
    {
        _folder.Put("flowers/rose/1");
        _folder.Put("cars/audi/1");
        AssertErrorAt(_folder["flwoers"], $"'{_folder["flwoers"]}'", "Did you mean 'flowers'?");
        AssertErrorAt(_folder["Cars2/"], "Did you mean 'cars'?");
        AssertErrorAt(_folder["something"], "no dataset folder", "Check the path");
        AssertErrorAt(_folder["none/at/all"], $"folder '{_folder["none/at"]}' does not exist");
    }

    [Fact]
    public void A_root_that_is_a_file_is_refused() =>
        AssertErrorAt(_folder.Put("a.zip"), "a.zip' is a file", "one folder of images per class");

    [Fact]
    public void An_empty_root_is_refused() => AssertError("is empty", "One folder per class was expected");

    [Fact]
    public void Images_without_class_folders_are_refused()
    {
        _folder.Put("1.jpg");
        _folder.Put("2.jpg");
        AssertError(
            "2 files directly in it (for example '1.jpg')",
            "no class folders",
            "move each image into a folder named after its class"
        );
    }

    [Fact]
    public void A_single_class_is_refused()
    {
        _folder.Put("cat/1.jpg");
        AssertError("only one class, 'cat'", "Add a folder");
    }

    [Fact]
    public void Empty_classes_are_named()
    {
        _folder.Put("cat/1.jpg");
        _folder.Put("dog/1.jpg");
        _folder.Put("eel/.hidden");
        Directory.CreateDirectory(_folder["fox/nested"]);
        AssertError("Classes 'eel', 'fox'", "have no images", "remove them");
    }

    [Fact]
    public void Folders_without_any_image_are_refused()
    {
        Directory.CreateDirectory(_folder["cat"]);
        Directory.CreateDirectory(_folder["dog"]);
        AssertError("No images were found", "'cat', 'dog'");
    }

    [Fact]
    public void Splits_among_classes_are_refused()
    {
        _folder.Put("train/1.jpg");
        _folder.Put("car/1.jpg");
        _folder.Put("bus/1.jpg");
        AssertError("mixes split folders ('train') with others ('bus', 'car')", "into a new folder 'train'");
    }

    [Fact]
    public void Splits_without_training_are_refused()
    {
        _folder.Put("val/cat/1.jpg");
        _folder.Put("test/cat/1.jpg");
        AssertError("has 'val', 'test' but no 'train'", "Add 'train/<class>/'");
    }

    [Fact]
    public void Two_folders_for_one_split_are_refused()
    {
        _folder.Put("train/cat/1.jpg");
        _folder.Put("val/cat/1.jpg");
        _folder.Put("valid/cat/1.jpg");
        AssertError("several folders for the validation split: 'val', 'valid'");
    }

    [Fact]
    public void An_extra_class_in_validation_is_named()
    {
        _folder.Put("train/cat/1.jpg");
        _folder.Put("train/dog/1.jpg");
        _folder.Put("validation/cat/1.jpg");
        _folder.Put("validation/Dog/1.jpg");
        AssertError("'validation'", "training does not have: 'Dog'", "'cat', 'dog'");
    }

    [Fact]
    public void An_extra_class_in_test_is_named()
    {
        _folder.Put("train/cat/1.jpg");
        _folder.Put("train/dog/1.jpg");
        _folder.Put("test/eel/1.jpg");
        AssertError("'test'", "'eel'");
    }

    [Fact]
    public void Images_directly_in_the_training_folder_are_refused()
    {
        _folder.Put("train/1.jpg");
        _folder.Put("val/1.jpg");
        AssertError($"'{_folder["train"]}' has 1 file directly in it", "no class folders");
    }

    [Fact]
    public void A_class_whose_images_are_all_bad_is_named()
    {
        _folder.Put("cat/1.jpg");
        _folder.Put("dog/1.jpg");
        _folder.Put("dog/2.jpg");
        var dataset = Scan(_folder.Path, new() { ValidationFraction = 0 });
        BadImage[] bad = [new(_folder["dog/1.jpg"], "empty file"), new(_folder["dog/2.jpg"], "empty file")];
        dataset.RequireEveryClass(bad[..1]);
        var error = Assert.Throws<DatasetException>(() => dataset.RequireEveryClass(bad));
        Assert.Contains("class 'dog' (all 2 bad)", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.0)]
    [InlineData(double.NaN)]
    public void A_senseless_fraction_is_refused(double fraction) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Scan(_folder.Path, new() { ValidationFraction = fraction }));
}
