namespace Graft.Imaging;

/// <summary>The resizing filter. Both filters are antialiased when an image is reduced, as in Pillow.</summary>
public enum Interpolation
{
    /// <summary>The triangle filter.</summary>
    Bilinear,

    /// <summary>
    /// Keys's cubic filter with a = -0.5. Keys, "Cubic Convolution Interpolation for Digital Image Processing" (1981).
    /// </summary>
    Bicubic,
}
