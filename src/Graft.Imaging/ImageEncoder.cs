using Graft.Imaging.Native;
using NetVips;

namespace Graft.Imaging;

/// <summary>Encodes images. Thread-safe.</summary>
public static class ImageEncoder
{
    /// <summary>Encodes an image.</summary>
    /// <param name="image">The image.</param>
    /// <param name="format">PNG, JPEG or WebP (lossless).</param>
    /// <param name="quality">Quality of JPEG, 1 to 100.</param>
    /// <returns>The file's content.</returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The format cannot be written, or the quality is out of range.
    /// </exception>
    /// <exception cref="InvalidOperationException">libvips reports an error.</exception>
    public static byte[] Encode(RgbImage image, ImageFormat format, int quality = 90)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentOutOfRangeException.ThrowIfLessThan(quality, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(quality, 100);
        if (format is not (ImageFormat.Png or ImageFormat.Jpeg or ImageFormat.WebP))
        {
            throw new ArgumentOutOfRangeException(
                nameof(format),
                format,
                "Images can be written as PNG, JPEG or WebP."
            );
        }

        VipsLibrary.Start();
        try
        {
            ReadOnlySpan<byte> rgb = image.Pixels;
            using var pixels = Image.NewFromMemoryCopy(rgb, image.Width, image.Height, 3, Enums.BandFormat.Uchar);
            using var srgb = pixels.Copy(interpretation: Enums.Interpretation.Srgb);
            return format switch
            {
                ImageFormat.Png => srgb.PngsaveBuffer(compression: 6),
                ImageFormat.Jpeg => srgb.JpegsaveBuffer(q: quality),
                _ => srgb.WebpsaveBuffer(lossless: true),
            };
        }
        catch (VipsException)
        {
            throw new InvalidOperationException(
                $"Encoding an image of {image.Width}x{image.Height} as {format} failed in libvips. A smaller "
                    + $"image may succeed."
            );
        }
    }
}
