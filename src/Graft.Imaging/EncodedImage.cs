using System.Runtime.InteropServices;
using NetVips;

namespace Graft.Imaging;

/// <summary>
/// A file's content, which libvips reads when pixels are computed. It is pinned until disposal and must outlive every
/// image opened from it.
/// </summary>
internal sealed class EncodedImage : IDisposable
{
    private readonly Source _source;
    private readonly int _length;

    /// <summary>Pins the bytes of an array, or a copy of bytes that are part of one.</summary>
    public EncodedImage(ReadOnlyMemory<byte> bytes, ImageFormat format, string name)
    {
        (Format, Name, _length) = (format, name, bytes.Length);
        var whole = MemoryMarshal.TryGetArray(bytes, out var part) && part.Array!.Length == bytes.Length;
        _source = Source.NewFromMemory(whole ? part.Array : bytes.ToArray());
    }

    public ImageFormat Format { get; }

    public string Name { get; }

    /// <summary>Whether the format's loader can decode at reduced size.</summary>
    public bool CanShrink => Format is ImageFormat.Jpeg or ImageFormat.WebP;

    public void Dispose() => _source.Dispose();

    /// <summary>
    /// Reads the header with the format's own loader. Pixels are decoded on demand, once, from top to bottom. The last
    /// image that was opened is the one to read pixels from.
    /// </summary>
    /// <param name="shrink">The divisor of each side: 1, 2, 4 or 8.</param>
    /// <exception cref="ImageException">The header is damaged.</exception>
    public Image Open(int shrink = 1)
    {
        const Enums.Access access = Enums.Access.Sequential;
        try
        {
            // The JPEG decoder reports corruption in the middle of the data only as a warning. The PNG and TIFF
            // decoders warn about harmless oddities (an unknown tag, a colour profile with a known flaw) and report
            // damaged data as errors.
            return Format switch
            {
                ImageFormat.Jpeg => Image.JpegloadSource(_source, shrink, access: access, failOn: Enums.FailOn.Warning),
                ImageFormat.Png => Image.PngloadSource(_source, access: access, failOn: Enums.FailOn.Error),
                ImageFormat.WebP => Image.WebploadSource(
                    _source,
                    scale: 1.0 / shrink,
                    access: access,
                    failOn: Enums.FailOn.Warning
                ),
                ImageFormat.Gif => Image.GifloadSource(_source, access: access, failOn: Enums.FailOn.Warning),
                _ => Image.TiffloadSource(_source, access: access, failOn: Enums.FailOn.Error),
            };
        }
        catch (VipsException)
        {
            throw Damaged("a header that is damaged or of an unsupported kind");
        }
    }

    /// <summary>
    /// The error for data that libvips rejects. The message of libvips is left out, because its error text belongs to
    /// the whole process and may be about an image that another thread decodes.
    /// </summary>
    public ImageException Damaged(string found) =>
        new(
            "decode",
            Name,
            "damaged or truncated",
            $"an intact {Format.ToString().ToUpperInvariant()} file",
            $"{found} ({_length} bytes)",
            "Copy or download the file again, open and save it in an image editor, or remove it."
        );

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
