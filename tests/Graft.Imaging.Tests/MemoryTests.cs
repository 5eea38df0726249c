using System.Diagnostics;

namespace Graft.Imaging.Tests;

/// <summary>Tests that measure the process's memory, so nothing else may run beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
[Collection(Name)]
public class MemoryTests
{
    public const string Name = "Measures memory";

    [Fact]
    public void A_decompression_bomb_is_refused_by_its_header_without_taking_memory()
    {
        var bomb = Png.OfZeros(50_000, 50_000);
        Assert.True(bomb.Length < 20_000_000);
        var decoder = new ImageDecoder();
        decoder.Probe(Reference.Bytes("base.png"), "base.png");
        var before = ResidentBytes();

        var refused = Assert.Throws<ImageException>(() => decoder.Decode(bomb, "bomb.png").Dispose());

        Assert.Equal("too many pixels", refused.Reason);
        Assert.Contains("50000x50000, that is 2500000000", refused.Message, StringComparison.Ordinal);
        Assert.InRange(ResidentBytes() - before, long.MinValue, 100L << 20);
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void Memory_stays_flat_over_thousands_of_good_and_bad_files()
    {
        var loader = new ImageLoader(Preprocessing.Caffe(64), new() { MaximumPixels = 500_000 });
        var files = ConcurrencyTests
            .Files.Select(file => (file.Name, Bytes: ConcurrencyTests.Content(file.Name)))
            .Append(("damaged", Damaged(Reference.Bytes("large.jpg"))))
            .Append(("large", Reference.Bytes("large.jpg")))
            .ToArray();
        Load(loader, files, 3000);
        var before = ResidentBytes();
        Load(loader, files, 12_000);
        Assert.InRange(ResidentBytes() - before, long.MinValue, 20L << 20);
    }

    private static void Load(ImageLoader loader, (string Name, byte[] Bytes)[] files, int count) =>
        Parallel.For(
            0,
            count,
            new ParallelOptions { MaxDegreeOfParallelism = 2 },
            () => new float[loader.ValueCount],
            (i, _, rgb) =>
            {
                try
                {
                    loader.Load(files[i % files.Length].Bytes, files[i % files.Length].Name, rgb);
                }
                catch (ImageException)
                {
                    // Half of the files are meant to fail; what counts here is what they leave behind.
                }

                return rgb;
            },
            _ => { }
        );

    private static byte[] Damaged(byte[] bytes)
    {
        bytes.AsSpan(bytes.Length / 2, 500).Clear();
        return bytes;
    }

    private static long ResidentBytes()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }
}
