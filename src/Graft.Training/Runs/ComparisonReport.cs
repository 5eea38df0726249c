using Graft.Data;

namespace Graft.Training.Runs;

/// <summary>
/// The comparison of two classifiers on the same images, as <c>graft compare --json</c> prints it. Shares range from
/// 0 to 1.
/// </summary>
public sealed record ComparisonReport
{
    /// <summary>The first classifier's file.</summary>
    public required string First { get; init; }

    /// <summary>The second classifier's file.</summary>
    public required string Second { get; init; }

    /// <summary>The folder of images.</summary>
    public required string Data { get; init; }

    /// <summary>The split that was used; null if the folder has no splits.</summary>
    public string? Split { get; init; }

    /// <summary>The number of images.</summary>
    public required int Images { get; init; }

    /// <summary>The first classifier's accuracy.</summary>
    public required double FirstAccuracy { get; init; }

    /// <summary>The second classifier's accuracy.</summary>
    public required double SecondAccuracy { get; init; }

    /// <summary>The second classifier's accuracy minus the first's.</summary>
    public required double Difference { get; init; }

    /// <summary>The lower bound of the difference's 95 % interval, from a paired bootstrap.</summary>
    public required double DifferenceLow { get; init; }

    /// <summary>The upper bound of the difference's 95 % interval, from a paired bootstrap.</summary>
    public required double DifferenceHigh { get; init; }

    /// <summary>The number of images that both predict correctly.</summary>
    public required int BothRight { get; init; }

    /// <summary>The number of images that only the first predicts correctly.</summary>
    public required int OnlyFirstRight { get; init; }

    /// <summary>The number of images that only the second predicts correctly.</summary>
    public required int OnlySecondRight { get; init; }

    /// <summary>The number of images that both predict wrongly.</summary>
    public required int BothWrong { get; init; }

    /// <summary>
    /// The p-value of McNemar's exact test: the probability of a difference at least this large if both classifiers
    /// were equally accurate.
    /// </summary>
    public required double McNemarExact { get; init; }

    /// <summary>McNemar's statistic with continuity correction.</summary>
    public required double McNemarStatistic { get; init; }

    /// <summary>The p-value of <see cref="McNemarStatistic"/> from the chi-square distribution.</summary>
    public required double McNemarCorrected { get; init; }

    /// <summary>The change for each class that has images.</summary>
    public required IReadOnlyList<ClassChange> PerClass { get; init; }

    /// <summary>
    /// The images with different predictions: broken ones first, then mended ones, then those where both are wrong.
    /// </summary>
    public required IReadOnlyList<FlippedImage> Flips { get; init; }

    /// <summary>The images that were left out, with the reasons.</summary>
    public required IReadOnlyList<BadImage> BadImages { get; init; }

    /// <summary>The seed of the bootstrap.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Whether the second classifier is significantly less accurate than the first.</summary>
    /// <param name="alpha">The significance level, 0 to 1; with 1, every loss of accuracy counts.</param>
    public bool IsWorse(double alpha) => OnlySecondRight < OnlyFirstRight && McNemarExact <= alpha;
}
