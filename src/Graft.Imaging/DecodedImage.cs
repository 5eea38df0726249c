namespace Graft.Imaging;

/// <summary>A decoded image with its header. Owns the pixels. Not thread-safe.</summary>
/// <param name="info">The header.</param>
/// <param name="pixels">The pixels, perhaps at a fraction of the size; owned from now on.</param>
public sealed class DecodedImage(ImageInfo info, RgbImage pixels) : IDisposable
{
    /// <summary>The header, with the size of the whole image.</summary>
    public ImageInfo Info { get; } = info;

    /// <summary>The pixels: upright 8-bit sRGB, perhaps at a fraction of the size.</summary>
    public RgbImage Pixels { get; } = pixels;

    /// <summary>Frees the pixels.</summary>
    public void Dispose() => Pixels.Dispose();
}
