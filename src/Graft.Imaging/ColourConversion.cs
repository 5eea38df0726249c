using Graft.Imaging.Native;

namespace Graft.Imaging;

/// <summary>Converts a loader's output to three bands of 8-bit sRGB.</summary>
internal static class ColourConversion
{
    private const string WithProfile = "output_profile=srgb,embedded=true,depth=8,intent=relative";

    /// <summary>Builds the conversion, which runs when pixels are computed.</summary>
    /// <exception cref="ImageException">The pixel type is ambiguous or unsupported.</exception>
    public static VipsImage ToSrgb(VipsImage image, EncodedImage file)
    {
        Check(image, file);
        using var srgb = Convert(image) ?? throw file.UnsupportedPixels(Describe(image));
        var opaque =
            srgb.Bands == 4
                ? VipsOperation.Apply("flatten", srgb, "background=255")
                : VipsOperation.Apply("copy", srgb, "");
        if (opaque is { Bands: 3, BandFormat: VipsBandFormat.Byte })
            return opaque;
        opaque?.Dispose();
        throw file.UnsupportedPixels(Describe(image));
    }

    private static VipsImage? Convert(VipsImage image)
    {
        // Colour management costs more than decoding a small image, so only images with a profile go through it. A
        // profile that cannot be used (damaged, or for another pixel type) is treated as absent.
        if (image.HasColourProfile)
        {
            var options =
                image.Interpretation == VipsInterpretation.Cmyk ? WithProfile + ",input_profile=cmyk" : WithProfile;
            using var managed = VipsOperation.Apply("icc_transform", image, options);
            if (managed is not null)
                return VipsOperation.Apply("colourspace", managed, "space=srgb");
            VipsFunctions.ClearErrors();
        }

        return VipsOperation.Apply("colourspace", image, "space=srgb");
    }

    private static void Check(VipsImage image, EncodedImage file)
    {
        var (bands, least) = (
            image.Bands,
            image.Interpretation switch
            {
                VipsInterpretation.Grey or VipsInterpretation.Grey16 => 1,
                VipsInterpretation.Srgb or VipsInterpretation.Rgb16 => 3,
                VipsInterpretation.Cmyk => 4,
                VipsInterpretation.Lab or VipsInterpretation.LabShort => 3,
                _ => int.MaxValue,
            }
        );
        var isLab = image.Interpretation is VipsInterpretation.Lab or VipsInterpretation.LabShort;
        if (
            least == int.MaxValue
            || bands < least
            || bands > least + 1
            || (!isLab && image.BandFormat is not (VipsBandFormat.Byte or VipsBandFormat.UnsignedShort))
        )
        {
            throw file.UnsupportedPixels(Describe(image));
        }
    }

    private static string Describe(VipsImage image) =>
        $"{image.Bands} values per pixel of type {image.BandFormat}, interpreted as {image.Interpretation}";
}
