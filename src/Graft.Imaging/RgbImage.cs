using System.Buffers;

namespace Graft.Imaging;

/// <summary>
/// An image of 8-bit sRGB pixels, <c>[height, width, 3]</c>: red, green and blue interleaved, rows from top to bottom
/// without padding. The caller that receives an image owns it and must dispose it, which returns its memory to the
/// pool. Not thread-safe while it is written to.
/// </summary>
public sealed class RgbImage : IDisposable
{
    private byte[]? _pixels;

    /// <summary>Rents memory for an image. Its pixels are arbitrary until they are written.</summary>
    internal RgbImage(int width, int height)
    {
        Width = width;
        Height = height;
        _pixels = ArrayPool<byte>.Shared.Rent(checked(width * height * 3));
    }

    /// <summary>Width in pixels, at least 1.</summary>
    public int Width { get; }

    /// <summary>Height in pixels, at least 1.</summary>
    public int Height { get; }

    /// <summary>
    /// The pixels, <see cref="Height"/> x <see cref="Width"/> x 3 values of 0 to 255. They must not be used after
    /// disposal.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The image has been disposed.</exception>
    public Span<byte> Pixels
    {
        get
        {
            ObjectDisposedException.ThrowIf(_pixels is null, this);
            return _pixels.AsSpan(0, Width * Height * 3);
        }
    }

    /// <summary>Makes an image with a copy of the given pixels.</summary>
    /// <param name="width">Width in pixels, at least 1.</param>
    /// <param name="height">Height in pixels, at least 1.</param>
    /// <param name="rgb"><c>[height, width, 3]</c> values of 0 to 255.</param>
    /// <returns>An image that the caller disposes.</returns>
    /// <exception cref="ArgumentException">The number of values is not height x width x 3.</exception>
    public static RgbImage FromPixels(int width, int height, ReadOnlySpan<byte> rgb)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        if (rgb.Length != (long)width * height * 3)
        {
            throw new ArgumentException(
                $"An image of {width}x{height} needs {(long)width * height * 3} RGB values; {rgb.Length} were given.",
                nameof(rgb)
            );
        }

        var image = new RgbImage(width, height);
        rgb.CopyTo(image.Pixels);
        return image;
    }

    /// <summary>Returns the memory to the pool; the pixels must not be used afterwards.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _pixels, null) is { } pixels)
            ArrayPool<byte>.Shared.Return(pixels);
    }
}
