using Graft.Imaging;

namespace Graft.Data.Measurements;

/// <summary>Measures a decoded image.</summary>
public static class ImageMeasurement
{
    /// <summary>
    /// Changes whenever the same pixels may give different facts, so that stored facts are not mixed.
    /// </summary>
    public const int Revision = 1;

    /// <summary>
    /// The longer side, in pixels, at which sharpness, brightness and contrast are measured, so that they mean the same
    /// for images of all sizes. Smaller images are not enlarged.
    /// </summary>
    private const int LongerSide = 256;

    private const double SharpestShare = 0.05;

    /// <summary>Measures an image.</summary>
    /// <param name="info">The image's header.</param>
    /// <param name="image">Its pixels, possibly at reduced size.</param>
    /// <param name="fileBytes">Size of the file in bytes.</param>
    public static ImageFacts Compute(ImageInfo info, RgbImage image, long fileBytes)
    {
        ArgumentNullException.ThrowIfNull(info);
        ArgumentNullException.ThrowIfNull(image);
        var scale = Math.Min(1, (double)LongerSide / Math.Max(image.Width, image.Height));
        var (width, height) = (
            Math.Max(1, (int)Math.Round(image.Width * scale)),
            Math.Max(1, (int)Math.Round(image.Height * scale))
        );
        using var small = ImageResizer.Resize(image, width, height);
        using var tiny = ImageResizer.Resize(small, ImageSignature.Side, ImageSignature.Side);
        var luminance = Luminance(small);
        var (brightness, contrast) = Light(luminance);
        return new()
        {
            Format = info.Format,
            Width = info.Width,
            Height = info.Height,
            Bands = info.Bands,
            Orientation = info.Orientation,
            HasColourProfile = info.HasColourProfile,
            FileBytes = fileBytes,
            Brightness = brightness,
            Contrast = contrast,
            Sharpness = Sharpness(luminance, width, height),
            Signature = ImageSignature.Compute(Luminance(tiny)),
        };
    }

    /// <summary>Luminance as in ITU-R BT.601, 0 to 255.</summary>
    private static float[] Luminance(RgbImage image)
    {
        var pixels = image.Pixels;
        var luminance = new float[image.Width * image.Height];
        for (var i = 0; i < luminance.Length; i++)
            luminance[i] = (0.299f * pixels[3 * i]) + (0.587f * pixels[(3 * i) + 1]) + (0.114f * pixels[(3 * i) + 2]);
        return luminance;
    }

    private static (float Mean, float Deviation) Light(float[] luminance)
    {
        double sum = 0,
            squares = 0;
        foreach (var value in luminance)
        {
            sum += value;
            squares += (double)value * value;
        }

        var mean = sum / luminance.Length;
        return ((float)mean, (float)Math.Sqrt(Math.Max(0, (squares / luminance.Length) - (mean * mean))));
    }

    private static float Sharpness(float[] luminance, int width, int height)
    {
        if (width < 3 || height < 3)
            return 0;
        var count = (width - 2) * (height - 2);
        var edges = new float[count];
        var next = 0;
        for (var y = 1; y < height - 1; y++)
        {
            for (var at = (y * width) + 1; at < ((y + 1) * width) - 1; at++)
                edges[next++] = Math.Abs(
                    (4 * luminance[at])
                        - luminance[at - 1]
                        - luminance[at + 1]
                        - luminance[at - width]
                        - luminance[at + width]
                );
        }

        return Smallest(edges, count - 1 - (int)(SharpestShare * count));
    }

    /// <summary>
    /// The value that sorting would put at an index. Hoare, "Algorithm 65: Find" (1961). The values are reordered.
    /// </summary>
    internal static float Smallest(Span<float> values, int place)
    {
        var (low, high) = (0, values.Length - 1);
        while (low < high)
        {
            var (pivot, left, right) = (values[place], low, high);
            while (left <= right)
            {
                while (values[left] < pivot)
                    left++;
                while (values[right] > pivot)
                    right--;
                if (left > right)
                    break;
                (values[left], values[right]) = (values[right], values[left]);
                left++;
                right--;
            }

            if (right < place)
                low = left;
            if (left > place)
                high = right;
        }

        return values[place];
    }
}
