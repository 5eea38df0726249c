namespace Graft.Imaging;

/// <summary>A decoded image with its header. Owns the pixels. Not thread-safe.</summary>
/// <param name="info">The header.</param>
/// <param name="pixels">The pixels, possibly at reduced size; owned by this object from now on.</param>
public sealed class DecodedImage(ImageInfo info, RgbImage pixels) : IDisposable
{
    /// <summary>The header, with the size of the whole image.</summary>
    public ImageInfo Info { get; } = info;

    /// <summary>The pixels: upright 8-bit sRGB, possibly at reduced size.</summary>
    public RgbImage Pixels { get; } = pixels;

    /// <summary>Frees the pixels.</summary>
    public void Dispose() => Pixels.Dispose();
}
