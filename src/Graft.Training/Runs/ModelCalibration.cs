using Graft.Classification.Confidence;
using Graft.Layers.Activations;
using Graft.Learning.Batches;
using Graft.Learning.Calibration;
using Graft.Learning.Fitting;
using Graft.Tensors;

namespace Graft.Training.Runs;

/// <summary>
/// Sets a model's temperature and thresholds with training images that were held out. No image that is reported on has
/// a part in it.
/// </summary>
/// <remarks>
/// A linear head on features holds out every image in turn; the final head learned from all, a fifth more than those
/// that were asked, and errs on the side of caution. Every other model keeps images aside; where it is trained again
/// from all images, what the first training said of them is used, with the same caution. Features of a trunk that
/// learned nothing from them judge how familiar a picture is with every training image held out from the others in
/// turn.
/// </remarks>
internal static class ModelCalibration
{
    /// <summary>Sets them, the temperature in the head's weights.</summary>
    /// <param name="request">How the model was trained.</param>
    /// <param name="model">The model; gets its temperature.</param>
    /// <param name="splits">The features of the trunk that it has.</param>
    /// <param name="workers">The threads to run on.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>What goes into the model file; null where nothing was held out.</returns>
    public static ModelConfidence? Set(
        TrainingRequest request,
        FittedModel model,
        FeatureSplits splits,
        WorkerPool workers,
        CancellationToken cancellationToken
    )
    {
        if (request.CalibrationFraction == 0)
            return null;
        var (logits, labels) = CalibrationLogits(model, splits, workers, cancellationToken);
        var unknown = Detector(request, splits, workers);
        var confidence = new ModelConfidence
        {
            Temperature = 1,
            Images = logits.Length,
            HoldOut = model.OutOfFold.Count > 0 ? HoldOut.OutOfFold : HoldOut.CalibrationSplit,
            Unknown = unknown,
        };
        if (logits.Length < CalibrationSplit.Fewest)
            return unknown is null ? null : confidence with { Images = 0 };
        var temperature = TemperatureScaling.Fit(logits, labels);
        TemperatureScaling.Apply(model.Head, temperature);
        return confidence with
        {
            Temperature = temperature,
            Sets = ScoreQuantiles.Compute(logits.Select((row, i) => 1 - Probability(row, labels[i], temperature))),
        };
    }

    /// <summary>
    /// Gives a model that learned from all images what one that was trained alike, without some, said of those.
    /// </summary>
    /// <param name="known">What came of that model.</param>
    /// <param name="request">How the model was trained.</param>
    /// <param name="model">The model; gets its temperature.</param>
    /// <param name="splits">The features of the trunk that it has.</param>
    /// <param name="workers">The threads to run on.</param>
    public static ModelConfidence Take(
        ModelConfidence known,
        TrainingRequest request,
        FittedModel model,
        FeatureSplits splits,
        WorkerPool workers
    )
    {
        TemperatureScaling.Apply(model.Head, known.Temperature);
        var unknown =
            request.Method == TrainingMethod.FineTune
                ? known.Unknown?.Among(FeatureSplits.Project(splits.Training, workers), request.Seed)
                : Detector(request, splits, workers);
        return known with { HoldOut = HoldOut.Refit, Unknown = unknown };
    }

    private static (float[][] Logits, int[] Labels) CalibrationLogits(
        FittedModel model,
        FeatureSplits splits,
        WorkerPool workers,
        CancellationToken cancellationToken
    )
    {
        if (model.OutOfFold.Count > 0)
            return (
                [.. model.OutOfFold.Select(said => said.Logits)],
                [.. model.OutOfFold.Select(said => splits.Training.Labels[said.Image])]
            );
        if (splits.Calibration.Count == 0)
            return ([], []);
        using var values = new Trainer(model.Head, workers).Predict(
            new FeatureBatches(splits.Calibration),
            cancellationToken
        );
        return (
            [.. Enumerable.Range(0, splits.Calibration.Count).Select(i => values.Rows(i).ToArray())],
            [.. splits.Calibration.Labels]
        );
    }

    private static UnknownDetector? Detector(TrainingRequest request, FeatureSplits splits, WorkerPool workers) =>
        request.Method == TrainingMethod.FineTune
            ? UnknownDetector.FromCalibrationSplit(
                FeatureSplits.Project(splits.Training, workers),
                FeatureSplits.Project(splits.Calibration, workers),
                request.Seed,
                workers
            )
            : UnknownDetector.FromAll(
                FeatureSplits.Project(splits.AllTraining, workers),
                splits.ContentKeys(splits.AllTraining, request.Limits),
                request.Seed,
                workers
            );

    private static double Probability(float[] logits, int label, double temperature)
    {
        var scaled = new float[logits.Length];
        for (var c = 0; c < logits.Length; c++)
            scaled[c] = (float)(logits[c] / temperature);
        Softmax.Apply(scaled, scaled);
        return scaled[label];
    }
}
