using Graft.Imaging.Native;
using NetVips;

namespace Graft.Imaging;

/// <summary>Converts a loader's output to three bands of 8-bit sRGB.</summary>
internal static class ColourConversion
{
    /// <summary>Builds the conversion, which runs when pixels are computed.</summary>
    /// <returns>The image itself if there is nothing to convert, otherwise a new one.</returns>
    /// <exception cref="ImageException">The pixel type is ambiguous or unsupported.</exception>
    public static Image ToSrgb(Image image, EncodedImage file)
    {
        Check(image, file);
        // Most images. Even a conversion that changes nothing takes libvips a twentieth of the time of a small image.
        if (IsSrgb(image) && !image.HasColourProfile)
            return image;
        Image srgb;
        try
        {
            using var managed = image.HasColourProfile ? Managed(image) : null;
            srgb = (managed ?? image).Colourspace(Enums.Interpretation.Srgb);
            if (srgb.Bands == 4)
            {
                using var transparent = srgb;
                srgb = transparent.Flatten(background: [255]);
            }
        }
        catch (VipsException)
        {
            throw file.UnsupportedPixels(Describe(image));
        }

        if (IsSrgb(srgb))
            return srgb;
        srgb.Dispose();
        throw file.UnsupportedPixels(Describe(image));
    }

    private static bool IsSrgb(Image image) =>
        image is { Interpretation: Enums.Interpretation.Srgb, Format: Enums.BandFormat.Uchar, Bands: 3 };

    /// <summary>
    /// Applies the image's profile. A profile that cannot be used (damaged, or for another pixel type) is treated as
    /// absent.
    /// </summary>
    /// <remarks>
    /// Colour management costs more than decoding a small image, so only images with a profile go through it.
    /// </remarks>
    private static Image? Managed(Image image)
    {
        try
        {
            return image.IccTransform(
                "srgb",
                intent: Enums.Intent.Relative,
                embedded: true,
                inputProfile: image.Interpretation == Enums.Interpretation.Cmyk ? "cmyk" : null,
                depth: 8
            );
        }
        catch (VipsException)
        {
            return null;
        }
    }

    private static void Check(Image image, EncodedImage file)
    {
        var (bands, interpretation) = (image.Bands, image.Interpretation);
        var least = interpretation switch
        {
            Enums.Interpretation.Bw or Enums.Interpretation.Grey16 => 1,
            Enums.Interpretation.Srgb or Enums.Interpretation.Rgb16 => 3,
            Enums.Interpretation.Cmyk => 4,
            Enums.Interpretation.Lab or Enums.Interpretation.Labs => 3,
            _ => int.MaxValue,
        };
        var isLab = interpretation is Enums.Interpretation.Lab or Enums.Interpretation.Labs;
        if (
            least == int.MaxValue
            || bands < least
            || bands > least + 1
            || (!isLab && image.Format is not (Enums.BandFormat.Uchar or Enums.BandFormat.Ushort))
        )
        {
            throw file.UnsupportedPixels(Describe(image));
        }
    }

    private static string Describe(Image image) =>
        $"{image.Bands} values per pixel of type {image.Format}, interpreted as {image.Interpretation}";
}
