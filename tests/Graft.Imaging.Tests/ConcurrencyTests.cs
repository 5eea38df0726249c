namespace Graft.Imaging.Tests;

public class ConcurrencyTests
{
    internal static readonly (string Name, string? Reason)[] Files =
    [
        ("baseline.jpg", null),
        ("refused.bmp", "not supported: BMP"),
        ("lossless.webp", null),
        ("truncated", "damaged or truncated"),
        ("orientation-6.jpg", null),
        ("refused.heic", "not supported: HEIC"),
        ("rgba16.png", null),
        ("too large", "too many pixels"),
        ("animated.gif", null),
        ("empty", "empty file"),
        ("tiff-lzw.tif", null),
        ("profile.png", null),
    ];

    internal static byte[] Content(string name) =>
        name switch
        {
            "truncated" => Reference.Bytes("baseline.jpg")[..1000],
            "too large" => Reference.Bytes("large.jpg"),
            "empty" => [],
            _ => Reference.Bytes(name),
        };

    [Fact]
    public void Good_and_bad_files_on_four_threads_give_their_own_results_and_reasons()
    {
        var decoder = new ImageDecoder(new() { MaximumPixels = 200_000 });
        var files = Array.ConvertAll(Files, file => (file.Name, file.Reason, Bytes: Content(file.Name)));
        var expected = Array.ConvertAll(files, file =>
            file.Reason is null ? Pixels(decoder, file.Bytes, file.Name) : null
        );

        Parallel.For(0, 4, new ParallelOptions { MaxDegreeOfParallelism = 4 }, thread =>
        {
            for (var i = 0; i < 300; i++)
            {
                var index = (i * (2 * thread + 1) + thread) % files.Length;
                var (name, reason, bytes) = files[index];
                if (reason is null)
                {
                    Assert.Equal(expected[index], Pixels(decoder, bytes, name));
                    continue;
                }

                var refused = Assert.Throws<ImageException>(() => decoder.Decode(bytes, name).Dispose());
                Assert.Equal((name, reason), (refused.Path, refused.Reason));
            }
        });
    }

    private static byte[] Pixels(ImageDecoder decoder, byte[] bytes, string name)
    {
        using var image = decoder.Decode(bytes, name);
        return image.Pixels.ToArray();
    }
}
