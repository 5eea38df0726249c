namespace Graft.Learning.Evaluation;

/// <summary>A 95 % confidence interval of a figure.</summary>
/// <param name="Low">The lower bound.</param>
/// <param name="High">The upper bound.</param>
public readonly record struct ConfidenceInterval(double Low, double High)
{
    /// <summary>The 97.5 % quantile of the normal distribution.</summary>
    private const double Deviations = 1.959963984540054;

    /// <summary>
    /// The interval of a share, by E. B. Wilson, "Probable inference, the law of succession, and statistical inference"
    /// (1927). Unlike the normal approximation it is valid for few images and for shares near 0 and 1.
    /// </summary>
    /// <param name="successes">The number of images that count towards the share.</param>
    /// <param name="trials">The number of images; with none, the interval is 0 to 1.</param>
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
        // For shares of 0 and 1 a bound is exactly 0 or 1; rounding would miss it slightly.
        return new(successes == 0 ? 0 : centre - half, successes == trials ? 1 : centre + half);
    }

    /// <summary>The interval of a mean of independent values, by the normal approximation.</summary>
    /// <param name="values">The values.</param>
    /// <returns>The interval; null for a single value, from which no variance can be estimated.</returns>
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
    /// The interval of the mean of independent shares, by G. Y. Zou and A. Donner, "Construction of confidence limits
    /// about effect measures" (2008). It combines the distance of each share from its own bounds, so that the interval
    /// keeps a width above 0 where no error was made.
    /// </summary>
    /// <param name="shares">
    /// For each share the number of images that count towards it, and the number of all its images.
    /// </param>
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
