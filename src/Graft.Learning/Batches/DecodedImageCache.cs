using Graft.Imaging;

namespace Graft.Learning.Batches;

/// <summary>
/// Keeps decoded images in memory up to a limit. Images beyond it are decoded anew in every epoch. Thread-safe.
/// </summary>
/// <param name="count">The number of images.</param>
/// <param name="maximumBytes">The maximum size of the cache, in bytes.</param>
internal sealed class DecodedImageCache(int count, long maximumBytes)
{
    private readonly Kept?[] _images = new Kept?[count];
    private long _bytes;

    /// <summary>The size of the cached images, in bytes.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Returns an image from the cache, or decodes it.</summary>
    /// <param name="index">The index of the image.</param>
    /// <param name="decode">Decodes the image.</param>
    /// <returns>An image that the caller disposes.</returns>
    public RgbImage Get(int index, Func<RgbImage> decode)
    {
        if (Volatile.Read(ref _images[index]) is { } kept)
            return RgbImage.FromPixels(kept.Width, kept.Height, kept.Pixels);
        var image = decode();
        var length = image.Pixels.Length;
        if (
            Interlocked.Add(ref _bytes, length) > maximumBytes
            || Interlocked.CompareExchange(
                ref _images[index],
                new(image.Width, image.Height, image.Pixels.ToArray()),
                null
            )
                is not null
        )
        {
            Interlocked.Add(ref _bytes, -length);
        }

        return image;
    }

    private sealed record Kept(int Width, int Height, byte[] Pixels);
}
