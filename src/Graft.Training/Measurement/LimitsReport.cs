using Graft.Classification;
using Graft.Classification.Confidence;
using Graft.Learning.Evaluation;

namespace Graft.Training.Measurement;

/// <summary>
/// Whether a classifier keeps what it states of its own limits, measured on images that had no part in setting them.
/// </summary>
public sealed record LimitsReport
{
    /// <summary>The coverage that prediction sets state; null where there are none.</summary>
    public double? StatedCoverage { get; init; }

    /// <summary>The share of images whose set has their class.</summary>
    public double? Coverage { get; init; }

    /// <summary>The 95 % interval of that.</summary>
    public ConfidenceInterval? CoverageInterval { get; init; }

    /// <summary>How many classes a set has on average.</summary>
    public double? MeanSetSize { get; init; }

    /// <summary>
    /// The share of images like the training images that should be called unknown; null where the model cannot tell.
    /// </summary>
    public double? StatedUnknownRate { get; init; }

    /// <summary>The share that is called unknown.</summary>
    public double? UnknownRate { get; init; }

    /// <summary>The 95 % interval of that.</summary>
    public ConfidenceInterval? UnknownRateInterval { get; init; }

    /// <summary>Measures.</summary>
    /// <param name="confidence">What the model states.</param>
    /// <param name="predictions">What it says of the images.</param>
    /// <param name="sketches">Their features; empty where it cannot tell unknown things.</param>
    internal static LimitsReport Measure(
        ModelConfidence confidence,
        IReadOnlyList<ImagePrediction> predictions,
        sbyte[][] sketches
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
        var unknown = sketches.Count(sketch => detector.Familiarity(sketch) <= Prediction.StandardUnknownRate);
        return report with
        {
            StatedUnknownRate = Prediction.StandardUnknownRate,
            UnknownRate = (double)unknown / sketches.Length,
            UnknownRateInterval = ConfidenceInterval.OfShare(unknown, sketches.Length),
        };
    }
}
