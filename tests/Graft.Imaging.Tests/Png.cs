using System.Buffers.Binary;
using System.IO.Compression;

namespace Graft.Imaging.Tests;

/// <summary>Writes PNG files that no ordinary program would.</summary>
internal static class Png
{
    /// <summary>A valid greyscale PNG of nothing but black: a few megabytes that claim gigabytes.</summary>
    public static byte[] OfZeros(int width, int height)
    {
        using var data = new MemoryStream();
        using (var deflate = new ZLibStream(data, CompressionLevel.Fastest, leaveOpen: true))
        {
            var row = new byte[width / 8 + 1];
            for (var y = 0; y < height; y++)
                deflate.Write(row);
        }

        using var png = new MemoryStream();
        png.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        header[8] = 1;
        Chunk(png, "IHDR"u8, header);
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
        BinaryPrimitives.WriteUInt32BigEndian(number, Checksum(type, data));
        png.Write(number);
    }

    /// <summary>CRC-32 as the PNG specification gives it, a bit at a time.</summary>
    private static uint Checksum(ReadOnlySpan<byte> type, byte[] data)
    {
        var checksum = uint.MaxValue;
        foreach (var part in new[] { type.ToArray(), data })
        {
            foreach (var value in part)
            {
                checksum ^= value;
                for (var bit = 0; bit < 8; bit++)
                    checksum = (checksum & 1) != 0 ? checksum >> 1 ^ 0xEDB88320 : checksum >> 1;
            }
        }

        return ~checksum;
    }
}
