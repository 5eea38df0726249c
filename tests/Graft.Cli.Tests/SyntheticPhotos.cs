using System.Buffers.Binary;
using System.IO.Compression;

namespace Graft.Cli.Tests;

/// <summary>
/// Makes folders of small PNG files of two kinds that a network tells apart: striped and checked ones.
/// </summary>
internal static class SyntheticPhotos
{
    private const int Side = 96;

    /// <summary>Writes a class of photos, each different, the same on every machine.</summary>
    /// <param name="folder">The class's folder.</param>
    /// <param name="count">How many.</param>
    /// <param name="striped">Which kind.</param>
    /// <param name="seed">Decides the colours.</param>
    public static void Write(string folder, int count, bool striped, int seed)
    {
        Directory.CreateDirectory(folder);
        var random = new Random(seed);
        for (var i = 0; i < count; i++)
            File.WriteAllBytes(Path.Combine(folder, $"{i:D4}.png"), Photo(random, striped));
    }

    /// <summary>A dataset of two classes.</summary>
    public static void WriteDataset(string root, int perClass, int seed)
    {
        Write(Path.Combine(root, "checked"), perClass, striped: false, seed);
        Write(Path.Combine(root, "striped"), perClass, striped: true, seed + 1);
    }

    private static byte[] Photo(Random random, bool striped)
    {
        var period = random.Next(4, 17);
        var (light, dark) = (Colour(random, 128), Colour(random, 0));
        using var rows = new MemoryStream();
        for (var y = 0; y < Side; y++)
        {
            // Every row begins with the number of its filter: none.
            rows.WriteByte(0);
            for (var x = 0; x < Side; x++)
            {
                var bright = striped ? y / period % 2 == 0 : (x / period + y / period) % 2 == 0;
                var noise = random.Next(0, 32);
                foreach (var value in bright ? light : dark)
                    rows.WriteByte((byte)Math.Min(255, value + noise));
            }
        }

        return Png(rows.ToArray());
    }

    private static byte[] Colour(Random random, int from) =>
        [(byte)random.Next(from, from + 100), (byte)random.Next(from, from + 100), (byte)random.Next(from, from + 100)];

    private static byte[] Png(byte[] rows)
    {
        using var png = new MemoryStream();
        png.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, Side);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), Side);
        // 8 bits, RGB.
        (header[8], header[9]) = (8, 2);
        Chunk(png, "IHDR"u8, header);
        using var data = new MemoryStream();
        using (var deflate = new ZLibStream(data, CompressionLevel.Fastest, leaveOpen: true))
            deflate.Write(rows);
        Chunk(png, "IDAT"u8, data.ToArray());
        Chunk(png, "IEND"u8, []);
        return png.ToArray();
    }

    private static void Chunk(MemoryStream png, ReadOnlySpan<byte> type, byte[] data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        png.Write(number);
        png.Write(type);
        png.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, Checksum([.. type, .. data]));
        png.Write(number);
    }

    /// <summary>CRC-32 as the PNG specification gives it, a bit at a time.</summary>
    private static uint Checksum(byte[] bytes)
    {
        var checksum = uint.MaxValue;
        foreach (var value in bytes)
        {
            checksum ^= value;
            for (var bit = 0; bit < 8; bit++)
                checksum = (checksum & 1) != 0 ? checksum >> 1 ^ 0xEDB88320 : checksum >> 1;
        }

        return ~checksum;
    }
}
