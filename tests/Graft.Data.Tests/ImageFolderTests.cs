using Graft.Testing;

namespace Graft.Data.Tests;

public sealed class ImageFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Files_are_listed_in_ordinal_order_of_their_relative_paths()
    {
        _folder.Put("b/2.jpg");
        _folder.Put("b/10.jpg");
        _folder.Put("B/1.jpg");
        _folder.Put("b.jpg");
        _folder.Put("b-1.jpg");
        _folder.Put("é.jpg");
        _folder.Put(".hidden");
        var files = ImageFolder.List(_folder.Path);
        Assert.Equal(["B/1.jpg", "b-1.jpg", "b.jpg", "b/10.jpg", "b/2.jpg", "é.jpg"], files.Select(file => file.Name));
        Assert.All(files, file => Assert.Equal(file.Name, File.ReadAllText(file.Path)));
    }

    [Fact]
    public void A_single_file_is_listed_alone() =>
        Assert.Equal(
            [(_folder.Put("a/1.jpg"), "1.jpg")],
            ImageFolder.List(_folder["a/1.jpg"]).Select(image => (image.Path, image.Name))
        );

    [Fact]
    public void What_is_missing_or_empty_is_an_error()
    {
        _folder.Put("photo.jpg");
        var missing = Assert.Throws<DatasetException>(() => ImageFolder.List(_folder["foto.jpg"]));
        Assert.Contains("Did you mean 'photo.jpg'?", missing.Message, StringComparison.Ordinal);
        Directory.CreateDirectory(_folder["empty"]);
        var empty = Assert.Throws<DatasetException>(() => ImageFolder.List(_folder["empty"]));
        Assert.Contains("has no files", empty.Message, StringComparison.Ordinal);
    }
}
