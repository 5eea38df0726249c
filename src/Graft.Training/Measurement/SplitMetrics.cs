using Graft.Learning.Evaluation;

namespace Graft.Training.Measurement;

/// <summary>
/// The metrics of one split, as in <c>metrics.json</c>. Shares range from 0 to 1; losses are in nats.
/// </summary>
public record SplitMetrics
{
    /// <summary>The number of images.</summary>
    public required int Images { get; init; }

    /// <summary>The share of images whose likeliest class is correct (top-1).</summary>
    public required double Accuracy { get; init; }

    /// <summary>The share of images whose true class is among the five likeliest.</summary>
    public required double Top5 { get; init; }

    /// <summary>Mean cross-entropy.</summary>
    public required double Loss { get; init; }

    /// <summary>The mean recall of the classes that have images.</summary>
    public required double BalancedAccuracy { get; init; }

    /// <summary>The mean precision of the classes that have images or were predicted.</summary>
    public required double MacroPrecision { get; init; }

    /// <summary>The mean recall of the same classes.</summary>
    public required double MacroRecall { get; init; }

    /// <summary>The mean F1 of the same classes.</summary>
    public required double MacroF1 { get; init; }

    /// <summary>The 95 % intervals of the metrics above.</summary>
    public required MetricIntervals Intervals { get; init; }

    /// <summary>The calibration of the probabilities.</summary>
    public required CalibrationReport Calibration { get; init; }

    /// <summary>
    /// The measured coverage of prediction sets and rate of unknown images; null if the model has no confidence
    /// settings.
    /// </summary>
    public LimitsReport? Limits { get; init; }

    /// <summary>The metrics of each class.</summary>
    public required IReadOnlyList<LabelMetrics> PerClass { get; init; }

    /// <summary>
    /// The confusion matrix: image counts by true class (first index) and predicted class (second index).
    /// </summary>
    public required IReadOnlyList<IReadOnlyList<int>> Confusion { get; init; }

    /// <summary>The most frequent confusions, the most frequent first; at most twenty.</summary>
    public required IReadOnlyList<ConfusedPair> ConfusedPairs { get; init; }

    /// <summary>The errors with the highest loss, the highest first; at most fifty.</summary>
    public required IReadOnlyList<ClassificationError> WorstErrors { get; init; }
}

/// <summary>The metrics of one class.</summary>
/// <param name="Label">The class.</param>
/// <param name="Precision">The share of the images predicted as this class that belong to it.</param>
/// <param name="Recall">The share of the images of this class that are predicted correctly.</param>
/// <param name="F1">The harmonic mean of the two.</param>
/// <param name="Support">The number of images of this class.</param>
/// <param name="RecallInterval">The 95 % interval of the recall.</param>
/// <param name="TrainingImages">The number of training images of this class; null if not known.</param>
public sealed record LabelMetrics(
    string Label,
    double Precision,
    double Recall,
    double F1,
    int Support,
    ConfidenceInterval RecallInterval,
    int? TrainingImages
);

/// <summary>The 95 % intervals of a split's metrics.</summary>
/// <param name="Accuracy">Wilson's interval.</param>
/// <param name="Top5">Wilson's interval.</param>
/// <param name="Loss">From the normal distribution; null for a single image.</param>
/// <param name="BalancedAccuracy">
/// From Wilson's interval of each class; see <see cref="ConfidenceInterval.OfMeanShare"/>.
/// </param>
/// <param name="MacroPrecision">From Wilson's interval of each class.</param>
/// <param name="MacroRecall">From Wilson's interval of each class.</param>
/// <param name="MacroF1">From a bootstrap; without errors, the interval of the balanced accuracy.</param>
public sealed record MetricIntervals(
    ConfidenceInterval Accuracy,
    ConfidenceInterval Top5,
    ConfidenceInterval? Loss,
    ConfidenceInterval BalancedAccuracy,
    ConfidenceInterval MacroPrecision,
    ConfidenceInterval MacroRecall,
    ConfidenceInterval MacroF1
);
