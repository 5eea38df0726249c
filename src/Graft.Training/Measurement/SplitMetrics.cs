using Graft.Learning.Evaluation;

namespace Graft.Training.Measurement;

/// <summary>
/// The figures of one split, as <c>metrics.json</c> has them. Shares are from 0 to 1, losses in nats.
/// </summary>
public record SplitMetrics
{
    /// <summary>How many images.</summary>
    public required int Images { get; init; }

    /// <summary>The share whose likeliest class is right (top-1).</summary>
    public required double Accuracy { get; init; }

    /// <summary>The share whose class is among the five likeliest.</summary>
    public required double Top5 { get; init; }

    /// <summary>Mean cross-entropy.</summary>
    public required double Loss { get; init; }

    /// <summary>The mean recall of the classes that have images.</summary>
    public required double BalancedAccuracy { get; init; }

    /// <summary>The mean precision of the classes that have images or that one was called.</summary>
    public required double MacroPrecision { get; init; }

    /// <summary>The mean recall of the same.</summary>
    public required double MacroRecall { get; init; }

    /// <summary>The mean F1 of the same.</summary>
    public required double MacroF1 { get; init; }

    /// <summary>The 95 % intervals of the figures above.</summary>
    public required MetricIntervals Intervals { get; init; }

    /// <summary>Whether probabilities mean what they say.</summary>
    public required CalibrationReport Calibration { get; init; }

    /// <summary>
    /// Whether prediction sets and the detection of unknown things keep what they state; null of a model that has
    /// neither.
    /// </summary>
    public LimitsReport? Limits { get; init; }

    /// <summary>The figures of each class.</summary>
    public required IReadOnlyList<LabelMetrics> PerClass { get; init; }

    /// <summary>For each true class how many images were called each class.</summary>
    public required IReadOnlyList<IReadOnlyList<int>> Confusion { get; init; }

    /// <summary>The pairs that were confused most often, the most frequent first; at most twenty.</summary>
    public required IReadOnlyList<ConfusedPair> ConfusedPairs { get; init; }

    /// <summary>The errors that cost most, the costliest first; at most fifty.</summary>
    public required IReadOnlyList<ClassificationError> WorstErrors { get; init; }
}

/// <summary>The figures of one class.</summary>
/// <param name="Label">The class.</param>
/// <param name="Precision">Of those called this class, the share that is.</param>
/// <param name="Recall">Of those that are this class, the share called so: its accuracy.</param>
/// <param name="F1">The harmonic mean of the two.</param>
/// <param name="Support">How many images are of this class.</param>
/// <param name="RecallInterval">The 95 % interval of the recall.</param>
/// <param name="TrainingImages">How many images of this class were learned from; null where that is not known.</param>
public sealed record LabelMetrics(
    string Label,
    double Precision,
    double Recall,
    double F1,
    int Support,
    ConfidenceInterval RecallInterval,
    int? TrainingImages
);

/// <summary>The 95 % intervals of a split's figures.</summary>
/// <param name="Accuracy">Wilson's.</param>
/// <param name="Top5">Wilson's.</param>
/// <param name="Loss">By the normal distribution; null of a single image.</param>
/// <param name="BalancedAccuracy">From Wilson's of each class, as <see cref="ConfidenceInterval.OfMeanShare"/>.</param>
/// <param name="MacroPrecision">From Wilson's of each class.</param>
/// <param name="MacroRecall">From Wilson's of each class.</param>
/// <param name="MacroF1">By the bootstrap; that of the balanced accuracy where there are no errors to draw.</param>
public sealed record MetricIntervals(
    ConfidenceInterval Accuracy,
    ConfidenceInterval Top5,
    ConfidenceInterval? Loss,
    ConfidenceInterval BalancedAccuracy,
    ConfidenceInterval MacroPrecision,
    ConfidenceInterval MacroRecall,
    ConfidenceInterval MacroF1
);
