using Graft.Features;
using Graft.Layers.Networks;
using Graft.Learning.Batches;
using Graft.Learning.Evaluation;
using Graft.Learning.Fitting;
using Graft.Tensors;

namespace Graft.Training.Measurement;

/// <summary>
/// The effect of float16 features on accuracy, measured with a head on features before and after rounding.
/// </summary>
/// <param name="PredictionsChanged">The number of validation images with another prediction than with float32.</param>
/// <param name="ExactAccuracy">The validation accuracy with float32, 0 to 1.</param>
internal sealed record RoundingCost(int PredictionsChanged, double ExactAccuracy)
{
    /// <summary>
    /// Measures the effect. Returns null unless features are rounded and those of all validation images were computed
    /// by this run.
    /// </summary>
    /// <param name="validation">The validation images with rounded features.</param>
    /// <param name="head">The head, from features to logits.</param>
    /// <param name="workers">The threads to run on.</param>
    /// <param name="cancellationToken">Cancels the work between mini-batches.</param>
    public static RoundingCost? Measure(
        LabelledFeatures validation,
        Network head,
        WorkerPool workers,
        CancellationToken cancellationToken
    )
    {
        if (validation.Count == 0 || validation.Features.ReadExact(validation.Indices) is not { } features)
            return null;
        using var exact = FeatureSet.From(features);
        var trainer = new Trainer(head, workers);
        using var rounded = trainer.Predict(new FeatureBatches(validation), cancellationToken);
        using var unrounded = trainer.Predict(
            new FeatureBatches(new(exact, [.. Enumerable.Range(0, exact.Count)], validation.Labels)),
            cancellationToken
        );
        var changed = Enumerable
            .Range(0, validation.Count)
            .Count(i =>
                ClassificationMetrics.ArgMax(rounded.Rows(i)) != ClassificationMetrics.ArgMax(unrounded.Rows(i))
            );
        return new(changed, ClassificationMetrics.OfLogits(unrounded, validation.Labels).Accuracy);
    }
}
