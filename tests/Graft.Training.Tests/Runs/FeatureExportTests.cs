using Graft.Data;
using Graft.Tensors;
using Graft.Testing;
using Graft.Training.Runs;
using Graft.Weights.Safetensors;

namespace Graft.Training.Tests.Runs;

[Trait("Category", "Slow")]
public sealed class FeatureExportTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ResNetHome _home = new();
    private readonly WorkerPool _workers = new(2);

    public void Dispose()
    {
        _workers.Dispose();
        _home.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Features_are_written_in_ordinal_order_of_the_paths_with_the_list_beside_them()
    {
        string[] names = ["B/1.png", "a.png", "b/c/deep.png", "b/x.png", "ä, \"x\".png"];
        foreach (var (name, i) in names.Select((name, i) => (name, i)))
            _folder.PutImage($"data/{name}", i % 3, (ulong)i);
        _folder.Put("data/b/d.txt", "no picture");
        var report = Export("data", "out.npy");
        Assert.Equal((5, 5, 0), (report.Images, report.FeaturesComputed, report.FeaturesReused));
        Assert.EndsWith("d.txt", Assert.Single(report.BadImages).Path, StringComparison.Ordinal);
        Assert.Equal([5, 2048], report.Shape);
        var (shape, values) = NpyFile.ReadSingles(_folder["out.npy"]);
        Assert.Equal(new Shape(5, 2048), shape);
        var list = CsvTable.Read(_folder["out.npy.files.csv"]);
        Assert.Equal(names.Order(StringComparer.Ordinal), list.Select(row => row["path"]));
        Assert.Equal(["0", "1", "2", "3", "4"], list.Select(row => row["row"]));

        // Each alone has its row of the whole, and costs nothing any more.
        foreach (var (name, i) in names.Order(StringComparer.Ordinal).Select((name, i) => (name, i)))
        {
            var alone = Export($"data/{name}", "one.npy");
            Assert.Equal((1, 0, 1), (alone.Images, alone.FeaturesComputed, alone.FeaturesReused));
            Assert.Equal(values.AsSpan(i * 2048, 2048).ToArray(), NpyFile.ReadSingles(_folder["one.npy"]).Values);
        }

        Export("data", "out.safetensors");
        using var tensors = SafetensorsFile.Open(_folder["out.safetensors"]);
        using var features = tensors.Read("features");
        Assert.Equal(shape, features.Shape);
        Assert.Equal(values, features.Span.ToArray());
    }

    [Fact]
    public void Feature_maps_have_their_own_shape()
    {
        _folder.PutImage("data/a.png", 0, 1);
        var report = FeatureExport.Run(
            _home.Home,
            _workers,
            new()
            {
                Data = _folder["data"],
                Output = _folder["maps.npy"],
                Backbone = new() { Preprocessing = new() { ImageSize = 96 } },
                Spatial = true,
            },
            null,
            TestContext.Current.CancellationToken
        );
        Assert.Equal([1, 3, 3, 2048], report.Shape);
        Assert.Equal(new Shape(1, 3, 3, 2048), NpyFile.ReadSingles(_folder["maps.npy"]).Shape);
    }

    [Fact]
    public void What_cannot_be_written_or_read_is_refused()
    {
        _folder.Put("data/a.txt", "no picture");
        Assert.Contains(
            "'.csv'",
            Assert.Throws<ArgumentException>(() => Export("data", "out.csv")).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "a.txt",
            Assert.Throws<DatasetException>(() => Export("data", "out.npy")).Message,
            StringComparison.Ordinal
        );
        Assert.Throws<DatasetException>(() => Export("nowhere", "out.npy"));
        Assert.False(File.Exists(_folder["out.npy"]));
        _folder.PutImage("data/b.png", 0, 1);
        _folder.Put("file");
        Assert.Contains(
            "file",
            Assert.ThrowsAny<IOException>(() => Export("data", "file/out.npy")).Message,
            StringComparison.Ordinal
        );
    }

    private FeatureExportReport Export(string data, string output) =>
        FeatureExport.Run(
            _home.Home,
            _workers,
            new()
            {
                Data = _folder[data],
                Output = _folder[output],
                Backbone = new() { Preprocessing = new() { ImageSize = 64 } },
            },
            null,
            TestContext.Current.CancellationToken
        );
}
