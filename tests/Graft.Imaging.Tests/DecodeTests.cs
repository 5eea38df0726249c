namespace Graft.Imaging.Tests;

public class DecodeTests
{
    [Theory]
    [InlineData("base.png", ImageFormat.Png, 0)]
    [InlineData("png-named.jpg", ImageFormat.Png, 0)]
    [InlineData("baseline.jpg", ImageFormat.Jpeg, 2)]
    [InlineData("progressive.jpg", ImageFormat.Jpeg, 4)]
    [InlineData("lossless.webp", ImageFormat.WebP, 0)]
    [InlineData("lossy.webp", ImageFormat.WebP, 1)]
    [InlineData("animated.webp", ImageFormat.WebP, 0)]
    [InlineData("raw.tif", ImageFormat.Tiff, 0)]
    [InlineData("tiff-lzw.tif", ImageFormat.Tiff, 0)]
    [InlineData("tiff-adobe-deflate.tif", ImageFormat.Tiff, 0)]
    [InlineData("packbits.tif", ImageFormat.Tiff, 0)]
    [InlineData("private-tag.tif", ImageFormat.Tiff, 0)]
    [InlineData("grey.png", ImageFormat.Png, 0)]
    [InlineData("grey.jpg", ImageFormat.Jpeg, 1)]
    [InlineData("grey16.png", ImageFormat.Png, 0)]
    [InlineData("grey16.tif", ImageFormat.Tiff, 0)]
    [InlineData("rgb16.png", ImageFormat.Png, 0)]
    [InlineData("one-bit.png", ImageFormat.Png, 0)]
    [InlineData("one-bit.tif", ImageFormat.Tiff, 0)]
    [InlineData("palette.png", ImageFormat.Png, 0)]
    [InlineData("still.gif", ImageFormat.Gif, 0)]
    [InlineData("animated.gif", ImageFormat.Gif, 0)]
    [InlineData("transparent.gif", ImageFormat.Gif, 0)]
    [InlineData("rgba.png", ImageFormat.Png, 1)]
    [InlineData("rgba.webp", ImageFormat.WebP, 1)]
    [InlineData("la.png", ImageFormat.Png, 1)]
    [InlineData("rgba16.png", ImageFormat.Png, 1)]
    [InlineData("palette-transparent.png", ImageFormat.Png, 1)]
    [InlineData("profile.png", ImageFormat.Png, 2)]
    [InlineData("profile-srgb.png", ImageFormat.Png, 1)]
    [InlineData("profile-broken.png", ImageFormat.Png, 0)]
    public void A_picture_is_decoded_as_Pillow_decodes_it(string name, ImageFormat format, int tolerance)
    {
        var decoder = new ImageDecoder();
        var bytes = Reference.Bytes(name);
        using var expected = Reference.Decoded(name);

        var info = decoder.Probe(bytes, name);
        using var image = decoder.Decode(bytes, name);

        Assert.Equal(format, info.Format);
        Assert.Equal((expected.Width, expected.Height), (info.Width, info.Height));
        Assert.Equal((expected.Width, expected.Height), (image.Width, image.Height));
        Assert.InRange(Reference.LargestDifference(expected.Pixels, image.Pixels), 0, tolerance);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void Exif_orientation_is_applied(int orientation)
    {
        var name = $"orientation-{orientation}.jpg";
        var decoder = new ImageDecoder();
        using var expected = Reference.Decoded(name);

        var info = decoder.Probe(Reference.Bytes(name), name);
        using var image = decoder.Decode(Reference.Bytes(name), name);

        Assert.Equal(orientation, info.Orientation);
        Assert.Equal((expected.Width, expected.Height), (info.Width, info.Height));
        Assert.Equal((expected.Width, expected.Height), (image.Width, image.Height));
        Assert.InRange(Reference.LargestDifference(expected.Pixels, image.Pixels), 0, 2);
    }
}
