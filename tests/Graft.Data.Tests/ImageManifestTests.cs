using Graft.Testing;

namespace Graft.Data.Tests;

public sealed class ImageManifestTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public ImageManifestTests()
    {
        foreach (var name in new[] { "a/1.jpg", "a/2.jpg", "b/1.jpg", "b/2 \"x\",y.jpg" })
            _folder.Put($"photos/{name}");
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_manifest_is_a_dataset_wherever_its_files_are()
    {
        var absolute = _folder["photos/b/1.jpg"];
        var path = Put(
            $"Split,path,label,note\r\ntrain,photos/a/1.jpg,cat,x\r\nval,photos/a/2.jpg,cat,\r\ntrain,{absolute},dog,\r\nTEST,\"photos/b/2 \"\"x\"\",y.jpg\",dog,\r\n"
        );
        var dataset = ImageDataset.Scan(path, cancellationToken: Token);
        Assert.Equal(["cat", "dog"], dataset.ClassNames);
        Assert.Equal([absolute, _folder["photos/a/1.jpg"]], dataset.Training.Select(image => image.Path));
        Assert.Equal([("photos/a/2.jpg", 0)], dataset.Validation.Select(image => (image.Name, image.Label)));
        Assert.Equal([_folder["photos/b/2 \"x\",y.jpg"]], dataset.Test.Select(image => image.Path));
        Assert.Equal(4, ImageFolder.List(path).Count);
    }

    [Fact]
    public void Without_splits_it_is_divided_like_a_folder()
    {
        var path = Put(
            "path,label\nphotos/a/1.jpg,a\nphotos/a/2.jpg,a\nphotos/b/1.jpg,b\n\"photos/b/2 \"\"x\"\",y.jpg\",b\n"
        );
        var (fromList, fromFolder) = (
            ImageDataset.Scan(path, new() { ValidationFraction = 0.5 }, cancellationToken: Token),
            ImageDataset.Scan(_folder["photos"], new() { ValidationFraction = 0.5 }, cancellationToken: Token)
        );
        Assert.Equal((2, 2), (fromList.Training.Count, fromList.Validation.Count));
        Assert.Equal(
            fromFolder.Validation.Select(image => image.Path),
            fromList.Validation.Select(image => image.Path)
        );
    }

    [Theory]
    [InlineData("", "path,label,split")]
    [InlineData("file,class\nphotos/a/1.jpg,a\n", "begins with 'file,class'")]
    [InlineData("path,label\n", "names no images")]
    [InlineData("path,label\nphotos/a/1.jpg\n", "line 2, has 1 fields; 2 were expected")]
    [InlineData("path,label\nphotos/a/1.jpg,\n", "line 2, has an empty label")]
    [InlineData("path,label\n,a\n", "line 2, has an empty path")]
    [InlineData("path,label\nphotos/a/1.jpg,a\nphotos/gone.jpg,b\n", "'photos/gone.jpg' (line 3)")]
    [InlineData("path,label\nphotos/a/1.jpg,a\nphotos/b/../a/1.jpg,b\n", "twice, in lines 2 and 3")]
    [InlineData(
        "path,label,split\nphotos/a/1.jpg,a,training set\n",
        "the split 'training set'; train, validation or test"
    )]
    [InlineData("path,label,split\nphotos/a/1.jpg,a,train\nphotos/b/1.jpg,b,\n", "line 3")]
    [InlineData("path,label,split\nphotos/a/1.jpg,a,test\nphotos/b/1.jpg,b,test\n", "no line has the split 'train'")]
    [InlineData("path,label,split\nphotos/a/1.jpg,a,train\nphotos/a/2.jpg,a,train\n", "only one class, 'a'")]
    [InlineData(
        "path,label,split\nphotos/a/1.jpg,a,train\nphotos/b/1.jpg,b,train\nphotos/a/2.jpg,c,test\n",
        "training does not have: 'c'"
    )]
    public void What_is_wrong_with_a_manifest_is_told_with_its_line(string content, string expected)
    {
        var error = Assert.Throws<DatasetException>(() => ImageDataset.Scan(Put(content), cancellationToken: Token));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Contains("list.csv", error.Message, StringComparison.Ordinal);
    }

    private string Put(string content) => _folder.Put("list.csv", content);
}
