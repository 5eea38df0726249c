using Graft.Data;

namespace Graft.Training.Runs;

/// <summary>
/// Two classifiers on the same images: what <c>graft compare --json</c> prints. Shares are from 0 to 1.
/// </summary>
public sealed record ComparisonReport
{
    /// <summary>The first classifier's file.</summary>
    public required string First { get; init; }

    /// <summary>The second classifier's file.</summary>
    public required string Second { get; init; }

    /// <summary>The folder that they were measured on.</summary>
    public required string Data { get; init; }

    /// <summary>Which split of it; null where it has none.</summary>
    public string? Split { get; init; }

    /// <summary>How many images.</summary>
    public required int Images { get; init; }

    /// <summary>The first's accuracy.</summary>
    public required double FirstAccuracy { get; init; }

    /// <summary>The second's accuracy.</summary>
    public required double SecondAccuracy { get; init; }

    /// <summary>The second's accuracy less the first's.</summary>
    public required double Difference { get; init; }

    /// <summary>The lower bound of the difference with 95 % confidence, by a paired bootstrap.</summary>
    public required double DifferenceLow { get; init; }

    /// <summary>The upper bound of the difference with 95 % confidence, by a paired bootstrap.</summary>
    public required double DifferenceHigh { get; init; }

    /// <summary>Images that both get right.</summary>
    public required int BothRight { get; init; }

    /// <summary>Images that only the first gets right.</summary>
    public required int OnlyFirstRight { get; init; }

    /// <summary>Images that only the second gets right.</summary>
    public required int OnlySecondRight { get; init; }

    /// <summary>Images that both get wrong.</summary>
    public required int BothWrong { get; init; }

    /// <summary>
    /// McNemar's test by the binomial distribution: the probability of a difference as large or larger, were the two
    /// alike.
    /// </summary>
    public required double McNemarExact { get; init; }

    /// <summary>McNemar's statistic with the correction for continuity.</summary>
    public required double McNemarStatistic { get; init; }

    /// <summary>Its probability by the chi-square distribution.</summary>
    public required double McNemarCorrected { get; init; }

    /// <summary>What changed in each class that has images.</summary>
    public required IReadOnlyList<ClassChange> PerClass { get; init; }

    /// <summary>
    /// Images that the two call differently: broken ones first, then mended ones, then those that both get wrong.
    /// </summary>
    public required IReadOnlyList<FlippedImage> Flips { get; init; }

    /// <summary>The images that were left out, and why.</summary>
    public required IReadOnlyList<BadImage> BadImages { get; init; }

    /// <summary>What decided the drawing of the interval.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Whether the second is less accurate than the first, by more than chance explains.</summary>
    /// <param name="alpha">How likely a difference may be by chance to count; with 1, every loss counts.</param>
    public bool IsWorse(double alpha) => OnlySecondRight < OnlyFirstRight && McNemarExact <= alpha;
}
