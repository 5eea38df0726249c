using System.Globalization;
using Graft.Data.Measurements;
using Graft.Imaging;

namespace Graft.Training.DataChecks;

/// <summary>Finds images that can be used but should be looked at, from their measured facts.</summary>
internal static class ImageDefects
{
    private const float BlankContrast = 4;

    /// <summary>
    /// The largest mean luminance plus two standard deviations of a dark image. A night scene also has a low mean, but
    /// its lights raise the standard deviation.
    /// </summary>
    private const float Dark = 40;
    private const float BlurredSharpness = 8;
    private const int TinySide = 32;
    private const double OddElongation = 3;

    /// <summary>In images with a shorter side than this, in pixels, blur cannot be told from low resolution.</summary>
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

    /// <summary>Finds the defects of an image.</summary>
    /// <param name="name">The name of the file.</param>
    /// <param name="facts">The facts of the image.</param>
    public static IEnumerable<ImageDefect> From(string name, ImageFacts facts)
    {
        if (facts.Contrast < BlankContrast)
            yield return Defect("blank", $"nearly one colour: standard deviation of luminance {facts.Contrast:0.0}");
        else if (facts.Brightness + (2 * facts.Contrast) < Dark)
            yield return Defect("dark", $"mean luminance {facts.Brightness:0} of 255, and hardly anything lighter");
        else if (facts.Sharpness < BlurredSharpness && Math.Min(facts.Width, facts.Height) >= SmallestForBlur)
            yield return Defect(
                "blurred",
                $"no sharp edges: sharpness {facts.Sharpness:0.0} of 1020; sharp photos have about 30 or more"
            );
        if (Math.Min(facts.Width, facts.Height) < TinySide)
            yield return Defect("tiny", $"{facts.Width}x{facts.Height} pixels");
        if (facts.Elongation > OddElongation)
            yield return Defect("odd shape", $"{facts.Width}x{facts.Height}, aspect ratio {facts.Elongation:0.0}");
        if (Extensions.TryGetValue(Path.GetExtension(name), out var format) && format != facts.Format)
        {
            var (called, found) = (format.ToString().ToUpperInvariant(), facts.Format.ToString().ToUpperInvariant());
            yield return Defect(
                "wrong name",
                $"named as {called}, but contains {found}; Graft reads it, other programs may not"
            );
        }

        ImageDefect Defect(string kind, FormattableString detail) =>
            new(name, kind, detail.ToString(CultureInfo.InvariantCulture));
    }
}
