using Graft.Tensors;

namespace Graft.Learning.Evaluation;

/// <summary>
/// Bootstrap intervals, for figures that are not means: images are drawn with replacement many times, and the figure is
/// computed for each draw. B. Efron and R. J. Tibshirani, "An introduction to the bootstrap" (1993). The same images
/// give the same interval.
/// </summary>
public static class Bootstrap
{
    private const int Draws = 1000;

    private const ulong Seed = 20_061_101;

    private const double Tail = 0.025;

    /// <summary>Of images drawn with replacement, the quantiles of a figure.</summary>
    /// <param name="images">How many images there are.</param>
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
    /// The quantiles reflected at the figure itself: for figures that drawing with replacement makes larger, such as a
    /// mean of distances, the quantiles alone would lie too high.
    /// </summary>
    /// <param name="value">The figure of the images as they are.</param>
    /// <param name="images">How many images there are.</param>
    /// <param name="figure">Computes the figure from the images with the given indices.</param>
    public static ConfidenceInterval Reflected(double value, int images, Func<int[], double> figure)
    {
        var (low, high) = Percentile(images, figure);
        return new(Math.Max(0, (2 * value) - high), Math.Min(1, (2 * value) - low));
    }
}
