using System.Runtime.Intrinsics;

namespace Graft.Imaging.Augmentation;

/// <summary>
/// Brightness, contrast, saturation and hue as one affine map of RGB values: a 3x3 matrix and one offset for all
/// channels. Values are clamped only once, at the end.
/// </summary>
/// <remarks>
/// Brightness, contrast and saturation are those of torchvision, with the same grey (ITU-R BT.601). All four keep greys
/// grey, so their order does not matter. The hue is a rotation of the colour differences (YUV), which is linear and
/// keeps the luma. A rotation in HSV, as in torchvision, is not linear.
/// </remarks>
internal readonly struct ColourMatrix
{
    private const int Channels = 3;
    private const double RedLuma = 0.299;
    private const double GreenLuma = 0.587;
    private const double BlueLuma = 0.114;

    /// <summary>U is B - Y times this; V is R - Y times <see cref="RedDifference"/>.</summary>
    private const double BlueDifference = 0.492;
    private const double RedDifference = 0.877;

    private readonly Vector128<float> _red;
    private readonly Vector128<float> _green;
    private readonly Vector128<float> _blue;
    private readonly Vector128<float> _offset;

    private ColourMatrix(
        Vector128<float> red,
        Vector128<float> green,
        Vector128<float> blue,
        Vector128<float> offset
    ) => (_red, _green, _blue, _offset) = (red, green, blue, offset);

    /// <summary>Changes an image's colours.</summary>
    /// <param name="transform">The transform whose colour changes are applied.</param>
    /// <param name="rgb">
    /// Values of 0 to 255, red, green and blue interleaved; changed in place, within that range.
    /// </param>
    public static void Apply(ImageTransform transform, Span<float> rgb)
    {
        var grey = transform.Contrast == 1 ? 0 : MeanGrey(rgb);
        For(transform, grey).Apply(rgb);
    }

    private static ColourMatrix For(ImageTransform transform, double meanGrey)
    {
        var offset = (1 - transform.Contrast) * transform.Brightness * meanGrey;
        return new(Column(1, 0, 0), Column(0, 1, 0), Column(0, 0, 1), Vector128.Create((float)offset));

        Vector128<float> Column(double red, double green, double blue)
        {
            var scale = transform.Brightness * transform.Contrast;
            var luma = (RedLuma * red) + (GreenLuma * green) + (BlueLuma * blue);
            var (sine, cosine) = Math.SinCos(2 * Math.PI * transform.Hue);
            var (u, v) = (
                transform.Saturation * BlueDifference * (blue - luma),
                transform.Saturation * RedDifference * (red - luma)
            );
            var newBlue = luma + (((u * cosine) - (v * sine)) / BlueDifference);
            var newRed = luma + (((u * sine) + (v * cosine)) / RedDifference);
            var newGreen = (luma - (RedLuma * newRed) - (BlueLuma * newBlue)) / GreenLuma;
            return Vector128.Create((float)(scale * newRed), (float)(scale * newGreen), (float)(scale * newBlue), 0);
        }
    }

    private static double MeanGrey(ReadOnlySpan<float> rgb)
    {
        var (red, green, blue) = (0.0, 0.0, 0.0);
        for (var i = 0; i + 2 < rgb.Length; i += Channels)
        {
            red += rgb[i];
            green += rgb[i + 1];
            blue += rgb[i + 2];
        }

        return ((RedLuma * red) + (GreenLuma * green) + (BlueLuma * blue)) / (rgb.Length / Channels);
    }

    private void Apply(Span<float> rgb)
    {
        var most = Vector128.Create(255f);
        for (var i = 0; i + 2 < rgb.Length; i += Channels)
        {
            var mixed = _offset + (_red * rgb[i]) + (_green * rgb[i + 1]) + (_blue * rgb[i + 2]);
            var value = Vector128.Min(Vector128.Max(mixed, Vector128<float>.Zero), most);
            (rgb[i], rgb[i + 1], rgb[i + 2]) = (value[0], value[1], value[2]);
        }
    }
}
