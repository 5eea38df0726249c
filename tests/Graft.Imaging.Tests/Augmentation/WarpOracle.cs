using Graft.Imaging.Augmentation;

namespace Graft.Imaging.Tests.Augmentation;

/// <summary>
/// A transform of a picture that is stretched to its network's size, computed pixel by pixel in double precision.
/// </summary>
internal static class WarpOracle
{
    public static double[] Render(RgbImage source, int width, int height, ImageTransform transform)
    {
        var result = new double[width * height * 3];
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                // How the source moves with one pixel of the result to the right, and down.
                var here = Source(x + 0.5, y + 0.5);
                var right = Difference(Source(x + 1.5, y + 0.5), here);
                var down = Difference(Source(x + 0.5, y + 1.5), here);
                foreach (var (horizontal, horizontalWeight) in Comb(right))
                {
                    foreach (var (vertical, verticalWeight) in Comb(down))
                    {
                        var placeX = here.X + (horizontal * right.X) + (vertical * down.X);
                        var placeY = here.Y + (horizontal * right.Y) + (vertical * down.Y);
                        for (var c = 0; c < 3; c++)
                            result[(((y * width) + x) * 3) + c] +=
                                horizontalWeight * verticalWeight * Sample(source, placeX, placeY, c, transform.Fill);
                    }
                }
            }
        }

        return result;

        (double X, double Y) Source(double x, double y)
        {
            // Back through shift, rotation, shear, magnification and flips, about the centre.
            x -= width * (0.5 + transform.ShiftRight);
            y -= height * (0.5 + transform.ShiftDown);
            var angle = transform.Rotation * Math.PI / 180;
            (x, y) = ((x * Math.Cos(angle)) + (y * Math.Sin(angle)), (y * Math.Cos(angle)) - (x * Math.Sin(angle)));
            x += y * Math.Tan(transform.Shear * Math.PI / 180);
            x = (transform.FlipHorizontally ? -x : x) / transform.Magnification;
            y = (transform.FlipVertically ? -y : y) / transform.Magnification;
            var (unitX, unitY) = ((x / width) + 0.5, (y / height) + 0.5);
            if (transform.Crop is { } crop)
                (unitX, unitY) = (crop.Left + (unitX * crop.Width), crop.Top + (unitY * crop.Height));
            return (unitX * source.Width, unitY * source.Height);
        }
    }

    private static (double X, double Y) Difference((double X, double Y) to, (double X, double Y) from) =>
        (to.X - from.X, to.Y - from.Y);

    private static IEnumerable<(double Distance, double Weight)> Comb((double X, double Y) step)
    {
        var reduction = Math.Sqrt((step.X * step.X) + (step.Y * step.Y));
        var n = (int)Math.Ceiling(reduction - 1e-6);
        if (n <= 1)
            return [(0, 1)];
        var apart = Math.Sqrt(((reduction * reduction) - 1) / ((n * n) - 1)) / reduction;
        return Enumerable.Range(1 - n, (2 * n) - 1).Select(i => (i * apart, (double)(n - Math.Abs(i)) / (n * n)));
    }

    /// <summary>The sum over all pixels of a bilinear hat.</summary>
    private static double Sample(RgbImage source, double x, double y, int channel, FillMode fill)
    {
        var sum = 0.0;
        for (var row = (int)Math.Floor(y) - 2; row <= y + 2; row++)
        {
            for (var column = (int)Math.Floor(x) - 2; column <= x + 2; column++)
            {
                var weight = Math.Max(0, 1 - Math.Abs(column + 0.5 - x)) * Math.Max(0, 1 - Math.Abs(row + 0.5 - y));
                sum += weight * Pixel(source, column, row, channel, fill);
            }
        }

        return sum;
    }

    private static double Pixel(RgbImage source, int x, int y, int channel, FillMode fill)
    {
        var outside = x < 0 || y < 0 || x >= source.Width || y >= source.Height;
        if (fill == FillMode.Constant && outside)
            return 0;
        while (fill == FillMode.Reflect && (x < 0 || x >= source.Width))
            x = x < 0 ? -1 - x : (2 * source.Width) - 1 - x;
        while (fill == FillMode.Reflect && (y < 0 || y >= source.Height))
            y = y < 0 ? -1 - y : (2 * source.Height) - 1 - y;
        x = Math.Clamp(x, 0, source.Width - 1);
        y = Math.Clamp(y, 0, source.Height - 1);
        return source.Pixels[(((y * source.Width) + x) * 3) + channel];
    }
}
