using Graft.Imaging.Native;

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
        var (saver, options) = format switch
        {
            ImageFormat.Png => ("pngsave_buffer", "compression=6"),
            ImageFormat.Jpeg => ("jpegsave_buffer", $"Q={quality}"),
            ImageFormat.WebP => ("webpsave_buffer", "lossless=true"),
            _ => throw new ArgumentOutOfRangeException(
                nameof(format),
                format,
                "Images can be written as PNG, JPEG or WebP."
            ),
        };
        VipsLibrary.Start();
        using var pixels = VipsImage.OfPixels(image.Pixels, image.Width, image.Height) ?? throw Failed();
        using var srgb = VipsOperation.Apply("copy", pixels, "interpretation=srgb") ?? throw Failed();
        return VipsOperation.Save(saver, srgb, options) ?? throw Failed();

        InvalidOperationException Failed()
        {
            VipsFunctions.ClearErrors();
            return new(
                $"Encoding an image of {image.Width}x{image.Height} as {format} failed in libvips. A smaller "
                    + $"image may succeed."
            );
        }
    }
}
