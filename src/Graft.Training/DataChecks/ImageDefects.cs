using System.Globalization;
using Graft.Data.Measurements;
using Graft.Imaging;

namespace Graft.Training.DataChecks;

/// <summary>Tells photos that can be used but should be looked at, from what was measured of them.</summary>
internal static class ImageDefects
{
    private const float BlankContrast = 4;

    /// <summary>
    /// A film still at night has a dark mean, but something in it is lit: mean and twice the deviation, where the
    /// brightest parts are, must both be low.
    /// </summary>
    private const float Dark = 40;
    private const float BlurredSharpness = 8;
    private const int TinySide = 32;
    private const double OddElongation = 3;

    /// <summary>Below this many pixels a side a photo has no blur that could be told from its few pixels.</summary>
    private const int SmallestForBlur = 96;

    private static readonly Dictionary<string, ImageFormat> Extensions = new(StringComparer.OrdinalIgnoreCase)
    {
        [".jpg"] = ImageFormat.Jpeg,
        [".jpeg"] = ImageFormat.Jpeg,
        [".jpe"] = ImageFormat.Jpeg,
        [".jfif"] = ImageFormat.Jpeg,
        [".png"] = ImageFormat.Png,
        [".webp"] = ImageFormat.WebP,
        [".gif"] = ImageFormat.Gif,
        [".tif"] = ImageFormat.Tiff,
        [".tiff"] = ImageFormat.Tiff,
    };

    /// <summary>What stands out on one photo.</summary>
    /// <param name="name">The file.</param>
    /// <param name="facts">What was measured.</param>
    public static IEnumerable<ImageDefect> From(string name, ImageFacts facts)
    {
        if (facts.Contrast < BlankContrast)
            yield return Defect("blank", $"one colour all over: its luminance deviates by {facts.Contrast:0.0} of 255");
        else if (facts.Brightness + (2 * facts.Contrast) < Dark)
            yield return Defect("dark", $"mean luminance {facts.Brightness:0} of 255, and little that is lighter");
        else if (facts.Sharpness < BlurredSharpness && Math.Min(facts.Width, facts.Height) >= SmallestForBlur)
            yield return Defect(
                "blurred",
                $"no hard edges: {facts.Sharpness:0.0} of 1020 where sharp photos have some 30 and more"
            );
        if (Math.Min(facts.Width, facts.Height) < TinySide)
            yield return Defect("tiny", $"{facts.Width}x{facts.Height} pixels");
        if (facts.Elongation > OddElongation)
            yield return Defect("odd shape", $"{facts.Width}x{facts.Height}, sides of 1 to {facts.Elongation:0.0}");
        if (Extensions.TryGetValue(Path.GetExtension(name), out var format) && format != facts.Format)
        {
            var (called, found) = (format.ToString().ToUpperInvariant(), facts.Format.ToString().ToUpperInvariant());
            yield return Defect(
                "wrong name",
                $"called {called} but a {found} inside; Graft reads it, other programs may not"
            );
        }

        ImageDefect Defect(string kind, FormattableString detail) =>
            new(name, kind, detail.ToString(CultureInfo.InvariantCulture));
    }
}
