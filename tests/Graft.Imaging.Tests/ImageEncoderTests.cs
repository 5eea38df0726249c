using System.Buffers.Binary;
using System.IO.Compression;

namespace Graft.Imaging.Tests;

public class ImageEncoderTests
{
    [Fact]
    public void PNG_and_WebP_give_the_picture_back_exactly_and_JPEG_nearly()
    {
        using var photo = Reference.Decoded("baseline.jpg");
        foreach (
            var (format, tolerance) in new[] { (ImageFormat.Png, 0), (ImageFormat.WebP, 0), (ImageFormat.Jpeg, 40) }
        )
        {
            var bytes = ImageEncoder.Encode(photo, format);
            var decoder = new ImageDecoder();
            Assert.Equal(
                (format, photo.Width, photo.Height),
                (decoder.Probe(bytes, "x").Format, decoder.Probe(bytes, "x").Width, decoder.Probe(bytes, "x").Height)
            );
            using var decoded = decoder.Decode(bytes, "x");
            Assert.InRange(Reference.LargestDifference(photo.Pixels, decoded.Pixels), 0, tolerance);
        }
    }

    /// <summary>Read by hand, for libvips could be wrong in the same way when it reads.</summary>
    [Fact]
    public void A_PNG_has_the_pixels_in_their_order()
    {
        using var picture = RgbImage.FromPixels(2, 1, [1, 2, 3, 250, 20, 30]);
        var png = ImageEncoder.Encode(picture, ImageFormat.Png);
        using var data = new MemoryStream();
        for (var at = 8; at < png.Length; )
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(at));
            if (png.AsSpan(at + 4, 4).SequenceEqual("IDAT"u8))
                data.Write(png.AsSpan(at + 8, length));
            at += length + 12;
        }

        data.Position = 0;
        using var inflated = new ZLibStream(data, CompressionMode.Decompress);
        var row = new byte[7];
        inflated.ReadExactly(row);
        byte[] expected = row[0] switch
        {
            0 => [0, 1, 2, 3, 250, 20, 30],
            // Filtered by the pixel to the left.
            1 => [1, 1, 2, 3, 249, 18, 27],
            var filter => throw new InvalidOperationException($"Filter {filter} makes no sense for one row."),
        };
        Assert.Equal(expected, row);
    }

    [Fact]
    public void Other_formats_are_refused()
    {
        using var picture = RgbImage.FromPixels(1, 1, [1, 2, 3]);
        Assert.Throws<ArgumentOutOfRangeException>(() => ImageEncoder.Encode(picture, ImageFormat.Gif));
    }
}
