using Graft.Imaging;

namespace Graft.Training.Reporting;

/// <summary>Paints a heat map over an image: strong heat is red, weak heat is yellow, the rest is grey.</summary>
internal static class HeatOverlay
{
    private const double Opacity = 0.55;

    /// <summary>Paints the heat map.</summary>
    /// <param name="image">The image at the size of the network's input; changed in place.</param>
    /// <param name="heat">The heat map, <c>[height][width]</c>, 0 to 1; stretched over the whole image.</param>
    public static void Paint(RgbImage image, float[][] heat)
    {
        var pixels = image.Pixels;
        for (var y = 0; y < image.Height; y++)
        {
            for (var x = 0; x < image.Width; x++)
            {
                var value = At(heat, (double)(y + 0.5) / image.Height, (double)(x + 0.5) / image.Width);
                var pixel = pixels.Slice(3 * ((y * image.Width) + x), 3);
                var grey = (0.3 * pixel[0]) + (0.59 * pixel[1]) + (0.11 * pixel[2]);
                var strength = Opacity * Math.Min(1, 2 * value);
                // From yellow at a heat of 1/2 to red at 1.
                var green = 255 * Math.Clamp(2 * (1 - value), 0, 1);
                pixel[0] = (byte)((grey * (1 - strength)) + (255 * strength));
                pixel[1] = (byte)((grey * (1 - strength)) + (green * 0.85 * strength));
                pixel[2] = (byte)(grey * (1 - strength));
            }
        }
    }

    /// <summary>The heat at a position of 0 to 1, interpolated between the centres of the map's cells.</summary>
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
