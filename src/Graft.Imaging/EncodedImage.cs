using Graft.Imaging.Native;

namespace Graft.Imaging;

/// <summary>A file's pinned content, which must outlive every image opened from it.</summary>
internal readonly unsafe struct EncodedImage(byte* data, int length, ImageFormat format, string name)
{
    public ImageFormat Format { get; } = format;

    public string Name { get; } = name;

    /// <summary>Whether the format's loader can decode at reduced size.</summary>
    public bool CanShrink => Format is ImageFormat.Jpeg or ImageFormat.WebP;

    /// <summary>
    /// Reads the header with the format's own loader. Pixels are decoded on demand, once, from top to bottom.
    /// </summary>
    /// <param name="shrink">The divisor of each side: 1, 2, 4 or 8.</param>
    /// <exception cref="ImageException">The header is damaged.</exception>
    public VipsImage Open(int shrink = 1)
    {
        // The JPEG decoder reports corruption in the middle of the data only as a warning. The PNG and TIFF decoders
        // warn about harmless oddities (an unknown tag, a colour profile with a known flaw) and report damaged data as
        // errors.
        var (loader, options) = Format switch
        {
            ImageFormat.Jpeg => ("jpegload_buffer", $"fail_on=warning,shrink={shrink}"),
            ImageFormat.Png => ("pngload_buffer", "fail_on=error"),
            ImageFormat.WebP => (
                "webpload_buffer",
                $"fail_on=warning,scale={(shrink == 1 ? "1" : shrink == 2 ? "0.5" : shrink == 4 ? "0.25" : "0.125")}"
            ),
            ImageFormat.Gif => ("gifload_buffer", "fail_on=warning"),
            _ => ("tiffload_buffer", "fail_on=error"),
        };
        return VipsOperation.Load(loader, data, length, options + ",access=sequential")
            ?? throw Damaged("a header that is damaged or of an unsupported kind");
    }

    /// <summary>The error for data that libvips rejects.</summary>
    public ImageException Damaged(string found)
    {
        // The message of libvips is left out, because its error text belongs to the whole process and may be about an
        // image that another thread decodes.
        VipsFunctions.ClearErrors();
        return new(
            "decode",
            Name,
            "damaged or truncated",
            $"an intact {Format.ToString().ToUpperInvariant()} file",
            $"{found} ({length} bytes)",
            "Copy or download the file again, open and save it in an image editor, or remove it."
        );
    }

    /// <summary>The error for pixels whose meaning is uncertain.</summary>
    public ImageException UnsupportedPixels(string found) =>
        new(
            "decode",
            Name,
            "pixel type not supported",
            "grey, RGB or CMYK pixels of 8 or 16 bits, with or without transparency",
            found,
            "Convert it to 8-bit RGB, for example with ImageMagick: magick image.tif -depth 8 -colorspace sRGB "
                + "image.png."
        );
}
