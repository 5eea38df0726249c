using Graft.Data;
using Graft.Features.Storage;
using Graft.Tensors;
using Graft.Testing;

namespace Graft.Features.Tests.Extraction;

/// <summary>
/// What a disk that fills up does to an extraction; on a small file system of its own, which only root may mount.
/// </summary>
[Collection(nameof(SharedMemory))]
[Trait("Category", "Slow")]
public sealed class FullDiskTests
{
    [Fact]
    public void A_full_disk_under_the_store_loses_nothing_that_was_computed()
    {
        using var folder = new TemporaryFolder();
        using var disk = SmallFileSystem.Mount(folder["disk"], "2m");
        if (disk is null)
            Assert.Skip("A small file system cannot be mounted here; that takes root on Linux.");
        else
            Extract(Path.Combine(disk.Folder, "features.db"), Path.Combine(disk.Folder, "fill"));
    }

    private static void Extract(string path, string fill)
    {
        ImageSample[] images =
        [
            .. Enumerable.Range(0, 6).Select(i => new WatchedSample($"{i}", SampleImages.Png(2, (ulong)i))),
        ];
        using var workers = new WorkerPool(2);
        using var backbone = TinyBackbone.Make();
        using var memory = FeatureStore.InMemory();
        using var expected = new FeatureExtractor(backbone, memory, workers).Extract(
            images,
            null,
            TestContext.Current.CancellationToken
        );

        using var store = FeatureStore.Open(path);
        var extractor = new FeatureExtractor(backbone, store, workers);
        Fill(fill);
        using var features = extractor.Extract(images, null, TestContext.Current.CancellationToken);
        Assert.Equal(6, features.Extraction.Computed);
        Assert.Contains(path, features.Extraction.StoreProblem, StringComparison.Ordinal);
        using var all = features.Read(0, 6);
        using var wanted = expected.Read(0, 6);
        Assert.Equal(wanted.Span.ToArray(), all.Span.ToArray());
    }

    private static void Fill(string path)
    {
        using var stream = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        Assert.Throws<IOException>(WriteForEver);

        void WriteForEver()
        {
            var page = new byte[4096];
            while (true)
                stream.Write(page);
        }
    }
}
