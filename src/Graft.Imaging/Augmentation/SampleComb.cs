namespace Graft.Imaging.Augmentation;

/// <summary>
/// Offsets and weights of the source samples around the centre of a result pixel. They prevent aliasing where a warp
/// reduces; where it enlarges, there is one sample.
/// </summary>
/// <remarks>
/// Along each axis of the result, 2n - 1 bilinear samples are weighted with a triangle. Where the reduction s is a
/// whole number, n is s, and the sum of the samples is exactly the triangle filter that evaluation resamples with (the
/// two-scale relation of the linear spline). In between, n is the next whole number, and samples are sqrt((s^2 - 1) /
/// (n^2 - 1)) apart, which gives the sum the variance of that filter, s^2 / 6.
/// </remarks>
internal readonly struct SampleComb
{
    private SampleComb(double[] offsetsX, double[] offsetsY, float[] weights) =>
        (OffsetsX, OffsetsY, Weights) = (offsetsX, offsetsY, weights);

    /// <summary>Horizontal distances from the centre in source pixels.</summary>
    public double[] OffsetsX { get; }

    /// <summary>Vertical distances from the centre in source pixels.</summary>
    public double[] OffsetsY { get; }

    /// <summary>The weights; they add up to one.</summary>
    public float[] Weights { get; }

    /// <summary>The samples for a map from the result to the source.</summary>
    public static SampleComb For(in AffineMap map)
    {
        var horizontal = Steps(Math.Sqrt((map.XX * map.XX) + (map.YX * map.YX)));
        var vertical = Steps(Math.Sqrt((map.XY * map.XY) + (map.YY * map.YY)));
        var count = horizontal.Length * vertical.Length;
        var (x, y, weights) = (new double[count], new double[count], new float[count]);
        var at = 0;
        foreach (var (right, rightWeight) in horizontal)
        {
            foreach (var (down, downWeight) in vertical)
            {
                x[at] = (right * map.XX) + (down * map.XY);
                y[at] = (right * map.YX) + (down * map.YY);
                weights[at++] = (float)(rightWeight * downWeight);
            }
        }

        return new(x, y, weights);
    }

    /// <summary>The samples along one axis; distances in result pixels.</summary>
    private static (double Distance, double Weight)[] Steps(double reduction)
    {
        const double Rounding = 1e-9;
        var n = (int)Math.Ceiling(reduction - Rounding);
        if (n <= 1)
            return [(0, 1)];
        var step = Math.Sqrt(((reduction * reduction) - 1) / (((double)n * n) - 1)) / reduction;
        var steps = new (double, double)[(2 * n) - 1];
        for (var i = 0; i < steps.Length; i++)
            steps[i] = ((i - n + 1) * step, (n - Math.Abs(i - n + 1)) / ((double)n * n));
        return steps;
    }
}
