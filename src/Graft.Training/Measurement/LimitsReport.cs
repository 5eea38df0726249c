using Graft.Classification;
using Graft.Classification.Confidence;
using Graft.Learning.Evaluation;

namespace Graft.Training.Measurement;

/// <summary>
/// Compares a classifier's stated coverage of prediction sets and rate of unknown images with measured ones, on images
/// that did not set its thresholds.
/// </summary>
public sealed record LimitsReport
{
    /// <summary>The stated coverage of prediction sets; null if there are none.</summary>
    public double? StatedCoverage { get; init; }

    /// <summary>The share of images whose prediction set contains the true class.</summary>
    public double? Coverage { get; init; }

    /// <summary>The 95 % interval of <see cref="Coverage"/>.</summary>
    public ConfidenceInterval? CoverageInterval { get; init; }

    /// <summary>The mean number of classes in a prediction set.</summary>
    public double? MeanSetSize { get; init; }

    /// <summary>
    /// The stated share of images like the training images that are classed as unknown; null if the model has no
    /// detector.
    /// </summary>
    public double? StatedUnknownRate { get; init; }

    /// <summary>The measured share of images that are classed as unknown.</summary>
    public double? UnknownRate { get; init; }

    /// <summary>The 95 % interval of <see cref="UnknownRate"/>.</summary>
    public ConfidenceInterval? UnknownRateInterval { get; init; }

    /// <summary>Measures coverage and unknown rate.</summary>
    /// <param name="confidence">The model's confidence settings.</param>
    /// <param name="predictions">The predictions for the images.</param>
    /// <param name="projected">The projected features of the images; empty if the model has no detector.</param>
    internal static LimitsReport Measure(
        ModelConfidence confidence,
        IReadOnlyList<ImagePrediction> predictions,
        sbyte[][] projected
    )
    {
        var report = new LimitsReport();
        if (confidence.Sets is { } sets)
        {
            var sizes = 0;
            var covered = 0;
            foreach (var prediction in predictions)
            {
                var set = PredictionSet.Compute(sets, prediction.Probabilities, Prediction.StandardCoverage);
                sizes += set.Count;
                covered += set.Contains(prediction.Label) ? 1 : 0;
            }

            report = report with
            {
                StatedCoverage = Prediction.StandardCoverage,
                Coverage = (double)covered / predictions.Count,
                CoverageInterval = ConfidenceInterval.OfShare(covered, predictions.Count),
                MeanSetSize = (double)sizes / predictions.Count,
            };
        }

        if (confidence.Unknown is not { } detector)
            return report;
        var unknown = projected.Count(values => detector.Familiarity(values) <= Prediction.StandardUnknownRate);
        return report with
        {
            StatedUnknownRate = Prediction.StandardUnknownRate,
            UnknownRate = (double)unknown / projected.Length,
            UnknownRateInterval = ConfidenceInterval.OfShare(unknown, projected.Length),
        };
    }
}
