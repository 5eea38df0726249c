using System.Buffers.Binary;

namespace Graft.Imaging.Tests;

/// <summary>The files that data/make_reference.py made, and the formula it shares with the tests.</summary>
internal static class Reference
{
    public static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "data");

    public static string PathOf(string name) => Path.Combine(Folder, name);

    public static byte[] Bytes(string name) => File.ReadAllBytes(PathOf(name));

    /// <summary>What Pillow decodes a file to.</summary>
    public static RgbImage Decoded(string name)
    {
        var bytes = Bytes(name + ".rgb");
        var width = BinaryPrimitives.ReadInt32LittleEndian(bytes);
        var height = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(4));
        return RgbImage.FromPixels(width, height, bytes.AsSpan(8));
    }

    /// <summary>The pixels that the script's formula gives.</summary>
    public static RgbImage Formula(int width, int height)
    {
        var pixels = new byte[width * height * 3];
        var at = 0;
        for (ulong y = 0; y < (ulong)height; y++)
        {
            for (ulong x = 0; x < (ulong)width; x++)
            {
                for (ulong c = 0; c < 3; c++)
                    pixels[at++] = (byte)(
                        ((x * 31 + y * 17 + c * 101 + x * y * 7 + 1) * 2654435761 & 0xFFFFFFFF) >> 24
                    );
            }
        }

        return RgbImage.FromPixels(width, height, pixels);
    }

    /// <summary>The largest difference between two pictures of one size.</summary>
    public static int LargestDifference(ReadOnlySpan<byte> expected, ReadOnlySpan<byte> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        var largest = 0;
        for (var i = 0; i < expected.Length; i++)
            largest = Math.Max(largest, Math.Abs(expected[i] - actual[i]));
        return largest;
    }
}
