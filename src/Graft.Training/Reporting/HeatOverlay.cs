using Graft.Imaging;

namespace Graft.Training.Reporting;

/// <summary>Paints heat over an image: what counted is red, what counted little is yellow, the rest is grey.</summary>
internal static class HeatOverlay
{
    private const double Opacity = 0.55;

    /// <summary>Paints.</summary>
    /// <param name="picture">The image, as the network sees it; changed.</param>
    /// <param name="heat"><c>[height][width]</c> of 0 to 1, evenly spread over the image.</param>
    public static void Paint(RgbImage picture, float[][] heat)
    {
        var pixels = picture.Pixels;
        for (var y = 0; y < picture.Height; y++)
        {
            for (var x = 0; x < picture.Width; x++)
            {
                var value = At(heat, (double)(y + 0.5) / picture.Height, (double)(x + 0.5) / picture.Width);
                var pixel = pixels.Slice(3 * ((y * picture.Width) + x), 3);
                var grey = (0.3 * pixel[0]) + (0.59 * pixel[1]) + (0.11 * pixel[2]);
                var strength = Opacity * Math.Min(1, 2 * value);
                // From yellow at half the heat to red at all of it.
                var green = 255 * Math.Clamp(2 * (1 - value), 0, 1);
                pixel[0] = (byte)((grey * (1 - strength)) + (255 * strength));
                pixel[1] = (byte)((grey * (1 - strength)) + (green * 0.85 * strength));
                pixel[2] = (byte)(grey * (1 - strength));
            }
        }
    }

    /// <summary>The heat at a place of 0 to 1, between the centres of the map's cells.</summary>
    private static double At(float[][] heat, double vertical, double horizontal)
    {
        var (rows, columns) = (heat.Length, heat[0].Length);
        var (y, x) = (
            Math.Clamp((vertical * rows) - 0.5, 0, rows - 1),
            Math.Clamp((horizontal * columns) - 0.5, 0, columns - 1)
        );
        var (top, left) = ((int)y, (int)x);
        var (bottom, right) = (Math.Min(rows - 1, top + 1), Math.Min(columns - 1, left + 1));
        var upper = heat[top][left] + ((x - left) * (heat[top][right] - heat[top][left]));
        var lower = heat[bottom][left] + ((x - left) * (heat[bottom][right] - heat[bottom][left]));
        return upper + ((y - top) * (lower - upper));
    }
}
