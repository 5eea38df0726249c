using Graft.Imaging;

namespace Graft.Data.Measurements;

/// <summary>The facts of an image that are measured when it is decoded. Immutable.</summary>
public sealed record ImageFacts
{
    /// <summary>The format of the content, whatever the file is called.</summary>
    public required ImageFormat Format { get; init; }

    /// <summary>Width in pixels as displayed.</summary>
    public required int Width { get; init; }

    /// <summary>Height in pixels as displayed.</summary>
    public required int Height { get; init; }

    /// <summary>Values per pixel as stored: 1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha or CMYK.</summary>
    public required int Bands { get; init; }

    /// <summary>EXIF orientation, 1 (upright) to 8.</summary>
    public required int Orientation { get; init; }

    /// <summary>Whether an ICC profile is embedded.</summary>
    public required bool HasColourProfile { get; init; }

    /// <summary>Size of the file in bytes.</summary>
    public required long FileBytes { get; init; }

    /// <summary>Mean luminance, 0 (black) to 255 (white).</summary>
    public required float Brightness { get; init; }

    /// <summary>Standard deviation of the luminance, 0 to 127.5; near 0 for a uniform image.</summary>
    public required float Contrast { get; init; }

    /// <summary>
    /// The strength of the strongest edges: the 95th percentile of the absolute Laplacian of the luminance, with the
    /// longer side at most 256 pixels; 0 to 1020. Parts of a sharp image may be smooth, but an image without any strong
    /// edge is out of focus.
    /// </summary>
    public required float Sharpness { get; init; }

    /// <summary>The signature, by which files that show the same image are found.</summary>
    public required ImageSignature Signature { get; init; }

    /// <summary>The colours as stored, in words: <c>RGB</c>, <c>grey</c>, <c>CMYK</c>.</summary>
    public string ColourMode =>
        (Bands, Format) switch
        {
            (1, _) => "grey",
            (2, _) => "grey with transparency",
            (3, _) => "RGB",
            (4, ImageFormat.Jpeg) => "CMYK",
            (4, ImageFormat.Tiff) => "CMYK or RGB with transparency",
            (4, _) => "RGB with transparency",
            _ => $"{Bands} values per pixel",
        };

    /// <summary>The longer side over the shorter, 1 or more.</summary>
    public double Elongation => (double)Math.Max(Width, Height) / Math.Min(Width, Height);
}
