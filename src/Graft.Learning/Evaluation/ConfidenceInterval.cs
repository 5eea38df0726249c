namespace Graft.Learning.Evaluation;

/// <summary>
/// A 95 % confidence interval of a figure.
/// </summary>
/// <param name="Low">The lower bound.</param>
/// <param name="High">The upper bound.</param>
public readonly record struct ConfidenceInterval(double Low, double High)
{
    /// <summary>The 97.5 % quantile of the normal distribution.</summary>
    private const double Deviations = 1.959963984540054;

    /// <summary>
    /// The interval of a share that was counted. E. B. Wilson, "Probable inference, the law of succession, and
    /// statistical inference" (1927): unlike the normal approximation it holds for few images and for
    /// shares near 0 and 1.
    /// </summary>
    /// <param name="successes">How many of the images have it.</param>
    /// <param name="trials">How many images there are; without any, all shares are possible.</param>
    public static ConfidenceInterval OfShare(int successes, int trials)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(successes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(successes, trials);
        if (trials == 0)
            return new(0, 1);
        var (share, squared) = ((double)successes / trials, Deviations * Deviations);
        var centre = (share + (squared / (2 * trials))) / (1 + (squared / trials));
        var half =
            Deviations
            / (1 + (squared / trials))
            * Math.Sqrt((share * (1 - share) / trials) + (squared / (4.0 * trials * trials)));
        // At the ends the bounds are 0 and 1; rounding would put them a little beside.
        return new(successes == 0 ? 0 : centre - half, successes == trials ? 1 : centre + half);
    }

    /// <summary>The interval of a mean of independent values, by the normal distribution.</summary>
    /// <param name="values">The values.</param>
    /// <returns>Null of a single value, which does not tell how they differ.</returns>
    public static ConfidenceInterval? OfMean(IReadOnlyList<double> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentOutOfRangeException.ThrowIfZero(values.Count, nameof(values));
        if (values.Count == 1)
            return null;
        var mean = values.Average();
        var variance = values.Sum(value => (value - mean) * (value - mean)) / (values.Count - 1);
        var half = Deviations * Math.Sqrt(variance / values.Count);
        return new ConfidenceInterval(mean - half, mean + half);
    }

    /// <summary>
    /// The interval of the mean of independent shares. G. Y. Zou and A. Donner, "Construction of confidence limits
    /// about effect measures" (2008): the distances of each share from its own bounds are combined, so that it does not
    /// shrink to nothing where no error was made.
    /// </summary>
    /// <param name="shares">For each share how many of how many images have it.</param>
    public static ConfidenceInterval OfMeanShare(IReadOnlyList<(int Successes, int Trials)> shares)
    {
        ArgumentNullException.ThrowIfNull(shares);
        if (shares.Count == 0)
            return new(0, 1);
        var (mean, below, above) = (0.0, 0.0, 0.0);
        foreach (var (successes, trials) in shares)
        {
            var share = trials == 0 ? 0 : (double)successes / trials;
            var (low, high) = OfShare(successes, trials);
            mean += share / shares.Count;
            below += (share - low) * (share - low);
            above += (high - share) * (high - share);
        }

        return new(
            Math.Max(0, mean - (Math.Sqrt(below) / shares.Count)),
            Math.Min(1, mean + (Math.Sqrt(above) / shares.Count))
        );
    }
}
