using System.Collections.Concurrent;
using Graft.Imaging;

namespace Graft.Reports;

/// <summary>A thumbnail embedded in a page.</summary>
/// <param name="DataUri">The image as a JPEG in a <c>data:</c> URI.</param>
/// <param name="IsSmall">Whether it is so small that its pixels are shown enlarged.</param>
public sealed record ImageThumbnail(string DataUri, bool IsSmall);

/// <summary>
/// Creates thumbnails for reports, 4 to 9 KB each. Every file is decoded once, at reduced size if the format supports
/// it. Thread-safe.
/// </summary>
/// <param name="side">The maximum length of the longer side in pixels; images are never enlarged.</param>
/// <param name="limits">The limits on input images; null uses the defaults.</param>
public sealed class ImageThumbnails(int side = 192, ImageLimits? limits = null)
{
    private const int Quality = 72;

    /// <summary>Images with a smaller side than this are shown with enlarged pixels.</summary>
    private const int SmallSide = 96;

    private readonly ImageLimits _limits = limits ?? new();
    private readonly ConcurrentDictionary<string, ImageThumbnail?> _known = new(StringComparer.Ordinal);

    /// <summary>Creates the thumbnail of a file; null if the file is not a readable image.</summary>
    /// <param name="path">The file.</param>
    public ImageThumbnail? OfFile(string path) => _known.GetOrAdd(path, Load);

    /// <summary>Creates the thumbnail of an image.</summary>
    /// <param name="image">The image; not changed.</param>
    public ImageThumbnail OfPicture(RgbImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        var (width, height) = Fit(image.Width, image.Height);
        if (width == image.Width && height == image.Height)
            return Encode(image);
        using var resized = ImageResizer.Resize(image, width, height);
        return Encode(resized);
    }

    private ImageThumbnail? Load(string path)
    {
        try
        {
            var bytes = ImageDecoder.ReadFile(path, _limits);
            var decoder = new ImageDecoder(_limits);
            var info = decoder.Probe(bytes, path);
            var (width, height) = Fit(info.Width, info.Height);
            using var image = decoder.Decode(bytes, path, width, height);
            return OfPicture(image);
        }
        catch (ImageException)
        {
            return null;
        }
    }

    private (int Width, int Height) Fit(int width, int height)
    {
        var scale = Math.Min(1, (double)side / Math.Max(width, height));
        return (Math.Max(1, (int)Math.Round(width * scale)), Math.Max(1, (int)Math.Round(height * scale)));
    }

    private static ImageThumbnail Encode(RgbImage image) =>
        new(
            $"data:image/jpeg;base64,{Convert.ToBase64String(ImageEncoder.Encode(image, ImageFormat.Jpeg, Quality))}",
            Math.Max(image.Width, image.Height) < SmallSide
        );
}
