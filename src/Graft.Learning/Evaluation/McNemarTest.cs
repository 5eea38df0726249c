namespace Graft.Learning.Evaluation;

/// <summary>
/// Tests whether two classifiers are equally accurate on the same images. Q. McNemar, "Note on the sampling error of
/// the difference between correlated proportions or percentages" (1947). Only images that exactly one of them gets
/// right count. Under the null hypothesis, each of these images is equally likely to be right by the first or the
/// second.
/// </summary>
public static class McNemarTest
{
    /// <summary>
    /// The two-sided probability of a split that is at least as uneven, by the exact binomial distribution.
    /// </summary>
    /// <param name="onlyFirst">Images that only the first gets right.</param>
    /// <param name="onlySecond">Images that only the second gets right.</param>
    /// <returns>The probability, 0 to 1; 1 when there are no such images.</returns>
    public static double Exact(int onlyFirst, int onlySecond)
    {
        var (fewer, all) = Counts(onlyFirst, onlySecond);
        // The last term of the sum is the largest; each earlier term is the next one times i / (n - i + 1).
        var logarithm = -all * Math.Log(2);
        for (var i = 1; i <= fewer; i++)
            logarithm += Math.Log((all - fewer + i) / (double)i);
        var term = Math.Exp(logarithm);
        var sum = term;
        for (var i = fewer; i > 0; i--)
            sum += term *= i / (double)(all - i + 1);
        return Math.Min(1, 2 * sum);
    }

    /// <summary>
    /// The same test by the chi-square distribution with one degree of freedom, with Edwards's continuity correction.
    /// </summary>
    /// <param name="onlyFirst">Images that only the first gets right.</param>
    /// <param name="onlySecond">Images that only the second gets right.</param>
    /// <returns>The statistic, and the probability of a statistic at least as large.</returns>
    public static (double Statistic, double Probability) Corrected(int onlyFirst, int onlySecond)
    {
        var (fewer, all) = Counts(onlyFirst, onlySecond);
        if (all == 0)
            return (0, 1);
        var difference = Math.Max(0, all - (2 * fewer) - 1);
        var statistic = (double)difference * difference / all;
        return (statistic, ComplementaryError(Math.Sqrt(statistic / 2)));
    }

    private static (int Fewer, int All) Counts(int onlyFirst, int onlySecond)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(onlyFirst);
        ArgumentOutOfRangeException.ThrowIfNegative(onlySecond);
        return (Math.Min(onlyFirst, onlySecond), checked(onlyFirst + onlySecond));
    }

    /// <summary>
    /// The complementary error function of 0 or more: by its power series near 0, by Laplace's continued fraction
    /// elsewhere.
    /// </summary>
    private static double ComplementaryError(double x)
    {
        const double Border = 2;
        const int Steps = 200;
        if (x < Border)
        {
            var (term, sum) = (x, x);
            for (var n = 1; n < Steps; n++)
            {
                term *= -x * x / n;
                sum += term / ((2 * n) + 1);
            }

            return 1 - (2 / Math.Sqrt(Math.PI) * sum);
        }

        var fraction = 0.0;
        for (var n = Steps; n > 0; n--)
            fraction = n / 2.0 / (x + fraction);
        return Math.Exp(-x * x) / Math.Sqrt(Math.PI) / (x + fraction);
    }
}
