using System.Text;

namespace Graft.Imaging.Tests;

public class BadInputTests
{
    private static ImageException Refused(byte[] bytes, ImageLimits? limits = null)
    {
        var refused = Assert.Throws<ImageException>(() =>
            new ImageDecoder(limits).Decode(bytes, "folder/photo.jpg").Dispose()
        );
        Assert.Equal("folder/photo.jpg", refused.Path);
        Assert.Contains("'folder/photo.jpg'", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("photo.jpg", refused.Reason, StringComparison.Ordinal);
        return refused;
    }

    [Theory]
    [InlineData("large.jpg")]
    [InlineData("progressive.jpg")]
    [InlineData("base.png")]
    [InlineData("lossless.webp")]
    [InlineData("still.gif")]
    [InlineData("tiff-lzw.tif")]
    public void A_truncated_file_is_an_error(string name)
    {
        var bytes = Reference.Bytes(name);
        foreach (var part in (double[])[0.1, 0.3, 0.5, 0.7, 0.9])
            Assert.Equal("damaged or truncated", Refused(bytes[..(int)(bytes.Length * part)]).Reason);
    }

    [Fact]
    public void A_jpeg_without_its_last_tenth_is_an_error_also_when_it_is_shrunk()
    {
        var bytes = Reference.Bytes("large.jpg");
        var refused = Assert.Throws<ImageException>(() =>
            new ImageDecoder().Decode(bytes.AsMemory(..(bytes.Length * 9 / 10)), "photo.jpg", 100, 75).Dispose()
        );
        Assert.Equal("damaged or truncated", refused.Reason);
    }

    [Theory]
    [InlineData("large.jpg")]
    [InlineData("base.png")]
    [InlineData("tiff-lzw.tif")]
    public void A_hole_in_the_middle_is_an_error(string name)
    {
        var bytes = Reference.Bytes(name);
        bytes.AsSpan(bytes.Length / 2, Math.Min(bytes.Length / 8, 2000)).Clear();
        Assert.Equal("damaged or truncated", Refused(bytes).Reason);
    }

    [Fact]
    public void An_empty_file_is_an_error() => Assert.Equal("empty file", Refused([]).Reason);

    [Fact]
    public void Nothing_but_zeros_is_an_error() =>
        Assert.Equal("not supported: unknown data", Refused(new byte[5000]).Reason);

    [Theory]
    [InlineData("These are words, not a picture.\n", "not supported: text")]
    [InlineData("<!DOCTYPE html><html><body>404</body></html>", "not supported: HTML")]
    [InlineData("<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\"/>", "not supported: SVG")]
    [InlineData("%PDF-1.7\n%", "not supported: PDF")]
    [InlineData("PK\x03\x04 and so on", "not supported: ZIP")]
    [InlineData("\0\0\0\x18" + "ftypmp42\0\0\0\0isom", "not supported: MP4 or QuickTime video")]
    [InlineData("\0\0\0\x18" + "ftypavif\0\0\0\0isom", "not supported: AVIF")]
    [InlineData("8BPS\0\x01", "not supported: PSD")]
    [InlineData("\0\0\0\fJXL \r\n", "not supported: JPEG XL")]
    [InlineData("RIFF\0\0\0\0AVI LIST", "not supported: AVI video")]
    public void Another_kind_of_file_is_named_whatever_its_extension(string content, string reason) =>
        Assert.Equal(reason, Refused(Encoding.Latin1.GetBytes(content)).Reason);

    [Theory]
    [InlineData("refused.bmp", "not supported: BMP", "magick photo.bmp photo.png")]
    [InlineData("refused.heic", "not supported: HEIC", "magick photo.heic photo.jpg")]
    [InlineData("refused.ppm", "not supported: PNM", "magick photo.ppm photo.jpg")]
    [InlineData("refused.ico", "not supported: ICO", "magick photo.ico photo.jpg")]
    [InlineData("refused.jp2", "not supported: JPEG 2000", "magick photo.jp2 photo.jpg")]
    public void A_picture_of_another_format_is_named_with_the_way_to_convert_it(
        string name,
        string reason,
        string remedy
    )
    {
        var refused = Refused(Reference.Bytes(name));
        Assert.Equal(reason, refused.Reason);
        Assert.Contains(remedy, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("float.tif", "type Float")]
    [InlineData("integer.tif", "type Int")]
    public void Pixels_whose_range_nobody_knows_are_refused(string name, string type)
    {
        var refused = Refused(Reference.Bytes(name));
        Assert.Equal("pixel type not supported", refused.Reason);
        Assert.Contains(type, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_limit_on_pixels_is_inclusive()
    {
        var bytes = Reference.Bytes("base.png");
        using var allowed = new ImageDecoder(new() { MaximumPixels = 48 * 36 }).Decode(bytes, "base.png");
        Assert.Equal(48, allowed.Width);
        Assert.Equal("too many pixels", Refused(bytes, new() { MaximumPixels = 48 * 36 - 1 }).Reason);
    }

    [Fact]
    public void The_limit_on_file_size_is_inclusive()
    {
        var bytes = Reference.Bytes("base.png");
        using var allowed = new ImageDecoder(new() { MaximumFileBytes = bytes.Length }).Decode(bytes, "base.png");
        Assert.Equal(48, allowed.Width);
        Assert.Equal("file too large", Refused(bytes, new() { MaximumFileBytes = bytes.Length - 1 }).Reason);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(long.MaxValue)]
    public void A_limit_that_cannot_be_kept_is_an_error(long limit)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new ImageLimits { MaximumPixels = limit });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ImageLimits { MaximumFileBytes = limit });
    }
}
