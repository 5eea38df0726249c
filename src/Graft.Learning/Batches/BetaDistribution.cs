using Graft.Tensors;

namespace Graft.Learning.Batches;

/// <summary>Draws from beta distributions whose two parameters are equal.</summary>
internal static class BetaDistribution
{
    /// <summary>Draws a number from 0 to 1.</summary>
    /// <param name="random">The source of random numbers.</param>
    /// <param name="alpha">
    /// Both parameters, above 0. Small values give numbers near 0 and 1, 1 gives the uniform distribution, and large
    /// values give numbers near 0.5.
    /// </param>
    public static double Draw(DeterministicRandom random, double alpha)
    {
        var (left, right) = (Gamma(random, alpha), Gamma(random, alpha));
        // With a parameter near 0 both may underflow to 0; the distribution is then a coin toss.
        return left + right > 0 ? left / (left + right) : random.NextInt(2);
    }

    /// <remarks>
    /// G. Marsaglia and W. W. Tsang, "A Simple Method for Generating Gamma Variables", ACM Transactions on Mathematical
    /// Software 26, 2000.
    /// </remarks>
    private static double Gamma(DeterministicRandom random, double shape)
    {
        if (shape < 1)
            return Gamma(random, shape + 1) * Math.Pow(random.NextDouble(), 1 / shape);
        var d = shape - (1.0 / 3);
        var c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            var x = random.NextGaussian();
            var v = 1 + (c * x);
            if (v <= 0)
                continue;
            v = v * v * v;
            if (Math.Log(1 - random.NextDouble()) < (0.5 * x * x) + d - (d * v) + (d * Math.Log(v)))
                return d * v;
        }
    }
}
