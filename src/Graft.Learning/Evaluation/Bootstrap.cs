using Graft.Tensors;

namespace Graft.Learning.Evaluation;

/// <summary>
/// Bootstrap intervals for figures that are not means: images are drawn with replacement many times, and the figure is
/// computed for each draw. B. Efron and R. J. Tibshirani, "An introduction to the bootstrap" (1993). The same images
/// give the same interval.
/// </summary>
public static class Bootstrap
{
    private const int Draws = 1000;

    private const ulong Seed = 20_061_101;

    private const double Tail = 0.025;

    /// <summary>The 2.5 % and 97.5 % quantiles of a figure over images drawn with replacement.</summary>
    /// <param name="images">The number of images.</param>
    /// <param name="figure">Computes the figure from the images with the given indices.</param>
    public static ConfidenceInterval Percentile(int images, Func<int[], double> figure)
    {
        var random = new DeterministicRandom(Seed);
        var drawn = new int[images];
        var values = new double[Draws];
        for (var draw = 0; draw < Draws; draw++)
        {
            for (var i = 0; i < images; i++)
                drawn[i] = random.NextInt(images);
            values[draw] = figure(drawn);
        }

        Array.Sort(values);
        return new(values[(int)(Tail * Draws)], values[Draws - 1 - (int)(Tail * Draws)]);
    }

    /// <summary>
    /// The quantiles reflected at the figure itself, limited to 0 to 1. For figures that become larger when images are
    /// drawn with replacement, such as a mean of distances; their quantiles alone would be too high.
    /// </summary>
    /// <param name="value">The figure of the images without drawing.</param>
    /// <param name="images">The number of images.</param>
    /// <param name="figure">Computes the figure from the images with the given indices.</param>
    public static ConfidenceInterval Reflected(double value, int images, Func<int[], double> figure)
    {
        var (low, high) = Percentile(images, figure);
        return new(Math.Max(0, (2 * value) - high), Math.Min(1, (2 * value) - low));
    }
}
