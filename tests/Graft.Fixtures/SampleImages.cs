using Graft.Imaging;
using Graft.Tensors;
using Graft.Testing;

namespace Graft.Fixtures;

/// <summary>
/// Pictures that follow from a number, and that a classifier can tell apart by their colour and pattern.
/// </summary>
public static class SampleImages
{
    /// <summary>The pixels of a picture of a class: a noisy gradient (0), stripes (1) or a chessboard (2).</summary>
    public static byte[] Pixels(int width, int height, int kind, ulong seed)
    {
        var random = new DeterministicRandom((seed << 8) + (ulong)kind);
        var pixels = new byte[width * height * 3];
        var (period, shift) = (4 + random.NextInt(4), random.NextInt(8));
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var level = kind switch
                {
                    0 => 200 * x / width,
                    1 => (x + shift) / period % 2 * 200,
                    _ => (((x + shift) / period) + (y / period)) % 2 * 200,
                };
                var at = ((y * width) + x) * 3;
                pixels[at] = (byte)(level + random.NextInt(50));
                pixels[at + 1] = (byte)((kind == 1 ? level : 100) + random.NextInt(50));
                pixels[at + 2] = (byte)((kind == 2 ? 200 - level : 40) + random.NextInt(50));
            }
        }

        return pixels;
    }

    public static byte[] Png(int kind, ulong seed, int width = 24, int height = 20) =>
        PngFile.Encode(width, height, Pixels(width, height, kind, seed));

    public static RgbImage Image(int kind, ulong seed, int width = 24, int height = 20) =>
        RgbImage.FromPixels(width, height, Pixels(width, height, kind, seed));

    /// <summary>The mirror image, which the caller disposes.</summary>
    public static RgbImage Mirror(RgbImage image)
    {
        var pixels = new byte[image.Pixels.Length];
        for (var y = 0; y < image.Height; y++)
        {
            for (var x = 0; x < image.Width; x++)
                image
                    .Pixels.Slice(((y * image.Width) + image.Width - 1 - x) * 3, 3)
                    .CopyTo(pixels.AsSpan(((y * image.Width) + x) * 3));
        }

        return RgbImage.FromPixels(image.Width, image.Height, pixels);
    }

    /// <summary>Writes a picture and gives its path.</summary>
    public static string PutImage(
        this TemporaryFolder folder,
        string relative,
        int kind,
        ulong seed,
        int width = 24,
        int height = 20
    )
    {
        var path = folder[relative];
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, Png(kind, seed, width, height));
        return path;
    }

    /// <summary>
    /// Writes a picture of a class that is like no other at a distance either: large random patches show through the
    /// class's pattern.
    /// </summary>
    public static string PutScene(
        this TemporaryFolder folder,
        string relative,
        int kind,
        ulong seed,
        int width = 96,
        int height = 72
    )
    {
        var random = new DeterministicRandom(seed + 1_000_003);
        var noise = new byte[6 * 6 * 3];
        foreach (ref var value in noise.AsSpan())
            value = (byte)random.NextInt(256);
        using var patches = RgbImage.FromPixels(6, 6, noise);
        using var scene = ImageResizer.Resize(patches, width, height);
        var pixels = Pixels(width, height, kind, seed);
        for (var i = 0; i < pixels.Length; i++)
            pixels[i] = (byte)((scene.Pixels[i] + pixels[i]) / 2);
        var path = folder[relative];
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, PngFile.Encode(width, height, pixels));
        return path;
    }
}
