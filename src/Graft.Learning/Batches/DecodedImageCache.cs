using Graft.Imaging;

namespace Graft.Learning.Batches;

/// <summary>
/// Keeps decoded images in memory up to a limit. Images beyond it are decoded anew in every epoch. Thread-safe.
/// </summary>
/// <param name="count">How many images there are.</param>
/// <param name="maximumBytes">The largest number of bytes that is kept.</param>
internal sealed class DecodedImageCache(int count, long maximumBytes)
{
    private readonly Kept?[] _pictures = new Kept?[count];
    private long _bytes;

    /// <summary>How many bytes are kept.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>An image that is kept, or one that is decoded now.</summary>
    /// <param name="index">Which image.</param>
    /// <param name="decode">Decodes it.</param>
    /// <returns>An image that the caller disposes.</returns>
    public RgbImage Get(int index, Func<RgbImage> decode)
    {
        if (Volatile.Read(ref _pictures[index]) is { } kept)
            return RgbImage.FromPixels(kept.Width, kept.Height, kept.Pixels);
        var picture = decode();
        var length = picture.Pixels.Length;
        if (
            Interlocked.Add(ref _bytes, length) > maximumBytes
            || Interlocked.CompareExchange(
                ref _pictures[index],
                new(picture.Width, picture.Height, picture.Pixels.ToArray()),
                null
            )
                is not null
        )
        {
            Interlocked.Add(ref _bytes, -length);
        }

        return picture;
    }

    private sealed record Kept(int Width, int Height, byte[] Pixels);
}
