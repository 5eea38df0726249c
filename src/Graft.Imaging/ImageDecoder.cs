using Graft.Imaging.Native;
using NetVips;

namespace Graft.Imaging;

/// <summary>
/// Decodes JPEG, PNG, WebP, GIF and TIFF to upright 8-bit sRGB. Transparent pixels are blended with white, embedded
/// colour profiles and CMYK are converted, 16-bit values are reduced to 8 bits, and the EXIF orientation is applied.
/// Thread-safe and cheap to make.
/// </summary>
/// <remarks>
/// Images are decoded by libvips, on the calling thread. A file with damaged or truncated data is an error, never a
/// half-grey image. Damage cannot be detected only where the damaged data are still valid in the format's compression.
/// Without libvips, all calls throw <see cref="DllNotFoundException"/> rather than <see cref="ImageException"/>,
/// because no image is at fault.
/// </remarks>
public sealed class ImageDecoder
{
    /// <summary>
    /// Changes whenever the same bytes may give different pixels, so that stored results are not mixed.
    /// </summary>
    private const int Revision = 1;

    private const int LargestShrink = 8;

    private readonly ImageLimits _limits;

    /// <summary>Makes a decoder.</summary>
    /// <param name="limits">The limits; the defaults of <see cref="ImageLimits"/> when null.</param>
    public ImageDecoder(ImageLimits? limits = null) => _limits = limits ?? new();

    /// <summary>
    /// The version of the code that decodes and resizes, for keys of stored results: "libvips 8.18.7, decode 1".
    /// </summary>
    /// <exception cref="DllNotFoundException">No libvips can be loaded.</exception>
    public static string Version => $"libvips {VipsLibrary.Start()}, decode {Revision}";

    /// <summary>Reads a whole file, after checking its size.</summary>
    /// <param name="path">The file.</param>
    /// <param name="limits">The limits; the defaults of <see cref="ImageLimits"/> when null.</param>
    /// <exception cref="ImageException">
    /// The file is missing, unreadable, a folder, a dangling link, empty or too large.
    /// </exception>
    public static byte[] ReadFile(string path, ImageLimits? limits = null) => ImageFile.Read(path, limits ?? new());

    /// <summary>Reads an image's header.</summary>
    /// <param name="bytes">The file's content.</param>
    /// <param name="name">The name used in messages: a path or another source.</param>
    /// <exception cref="ImageException">
    /// The format is not supported, or the file is damaged or over a limit.
    /// </exception>
    public ImageInfo Probe(ReadOnlyMemory<byte> bytes, string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        using var file = new EncodedImage(bytes, Format(bytes.Span, name), name);
        using var image = file.Open();
        return Describe(file, image);
    }

    /// <summary>Decodes an image.</summary>
    /// <param name="bytes">The file's content; must not change during the call.</param>
    /// <param name="name">The name used in messages: a path or another source.</param>
    /// <param name="atLeastWidth">
    /// The smallest width that is enough, in pixels. JPEG and WebP are decoded at a half, a quarter or an eighth of the
    /// size, which is much faster, as long as both sides keep at least the given pixels. 0 decodes at full size. Other
    /// formats are always decoded at full size.
    /// </param>
    /// <param name="atLeastHeight">The smallest height that is enough, in pixels; 0 decodes at full size.</param>
    /// <returns>An image that the caller disposes.</returns>
    /// <exception cref="ImageException">
    /// The format is not supported, or the file is damaged, truncated or over a limit.
    /// </exception>
    public RgbImage Decode(ReadOnlyMemory<byte> bytes, string name, int atLeastWidth = 0, int atLeastHeight = 0)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentOutOfRangeException.ThrowIfNegative(atLeastWidth);
        ArgumentOutOfRangeException.ThrowIfNegative(atLeastHeight);
        var fullSize = atLeastWidth == 0 || atLeastHeight == 0;
        return Decode(bytes, name, info => fullSize ? (info.Width, info.Height) : (atLeastWidth, atLeastHeight));
    }

    /// <summary>Decodes an image where the size that is enough depends on the image's own size.</summary>
    internal RgbImage Decode(ReadOnlyMemory<byte> bytes, string name, Func<ImageInfo, (long Width, long Height)> enough)
    {
        using var file = new EncodedImage(bytes, Format(bytes.Span, name), name);
        using var full = file.Open();
        var info = Describe(file, full);
        var (width, height) = enough(info);
        var shrink = file.CanShrink ? Shrink(info, width, height) : 1;
        using var shrunk = shrink > 1 ? file.Open(shrink) : null;
        using var rgb = ColourConversion.ToSrgb(shrunk ?? full, file);
        return Pixels(rgb, info.Orientation, file);
    }

    /// <summary>
    /// The largest of 1, 2, 4 and 8 by which both sides can be divided without falling below a width and a height.
    /// </summary>
    internal static int Shrink(ImageInfo info, long width, long height)
    {
        var shrink = 1;
        while (shrink < LargestShrink && info.Width / (shrink * 2) >= width && info.Height / (shrink * 2) >= height)
            shrink *= 2;
        return shrink;
    }

    private ImageFormat Format(ReadOnlySpan<byte> bytes, string name)
    {
        VipsLibrary.Start();
        if (bytes.Length > _limits.MaximumFileBytes)
            throw ImageFile.TooLarge(name, bytes.Length, _limits);
        if (bytes.IsEmpty)
            throw ImageFile.Empty(name);
        var content = ContentSniffer.Sniff(bytes);
        return content.Format
            ?? throw new ImageException(
                "decode",
                name,
                $"not supported: {content.Name}",
                "a JPEG, PNG, WebP, GIF or TIFF",
                content.Name,
                content.Remedy
            );
    }

    private ImageInfo Describe(EncodedImage file, Image image)
    {
        var (width, height) = (image.Width, image.Height);
        if ((long)width * height > _limits.MaximumPixels)
        {
            throw new ImageException(
                "decode",
                file.Name,
                "too many pixels",
                $"at most {_limits.MaximumPixels} pixels",
                $"{width}x{height}, that is {(long)width * height}",
                "Scale the image down, or raise the limit on pixels if it is meant to be this large."
            );
        }

        var orientation = image.Orientation;
        if (ExifOrientation.SwapsSides(orientation))
            (width, height) = (height, width);
        return new(file.Format, width, height, image.Bands, orientation, image.HasColourProfile);
    }

    private static unsafe RgbImage Pixels(Image rgb, int orientation, EncodedImage file)
    {
        var (width, height) = (rgb.Width, rgb.Height);
        nint pixels;
        ulong size;
        try
        {
            pixels = rgb.WriteToMemory(out size);
        }
        catch (VipsException)
        {
            throw file.Damaged("data that cannot be decoded to the end");
        }

        try
        {
            if ((long)size != (long)width * height * 3)
                throw new InvalidOperationException($"libvips returned {size} bytes for {width}x{height} RGB pixels.");
            var swaps = ExifOrientation.SwapsSides(orientation);
            var image = new RgbImage(swaps ? height : width, swaps ? width : height);
            ExifOrientation.Apply(orientation, width, height, new((void*)pixels, (int)size), image.Pixels);
            return image;
        }
        finally
        {
            NetVips.NetVips.Free(pixels);
        }
    }
}
