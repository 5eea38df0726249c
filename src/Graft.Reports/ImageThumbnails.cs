using System.Collections.Concurrent;
using Graft.Imaging;

namespace Graft.Reports;

/// <summary>A small picture as text that stands in a page.</summary>
/// <param name="DataUri">The picture as a JPEG in a <c>data:</c> URI.</param>
/// <param name="IsSmall">Whether it has so few pixels that they are shown as squares.</param>
public sealed record ImageThumbnail(string DataUri, bool IsSmall);

/// <summary>
/// Makes small pictures of photos for reports, some 4 to 9 KB each; every file is decoded once, at a fraction of its
/// size where the format can. Thread-safe.
/// </summary>
/// <param name="side">The longer side in pixels, at most; photos are never enlarged.</param>
/// <param name="limits">What is refused; the defaults when null.</param>
public sealed class ImageThumbnails(int side = 192, ImageLimits? limits = null)
{
    private const int Quality = 72;

    /// <summary>Below this many pixels a side a picture is shown as squares.</summary>
    private const int SmallSide = 96;

    private readonly ImageLimits _limits = limits ?? new();
    private readonly ConcurrentDictionary<string, ImageThumbnail?> _known = new(StringComparer.Ordinal);

    /// <summary>The small picture of a file; null where it cannot be read as a photo.</summary>
    /// <param name="path">The file.</param>
    public ImageThumbnail? OfFile(string path) => _known.GetOrAdd(path, Load);

    /// <summary>The small picture of a picture.</summary>
    /// <param name="image">The picture, which is left as it is.</param>
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
