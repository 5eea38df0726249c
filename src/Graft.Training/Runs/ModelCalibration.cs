using Graft.Classification.Confidence;
using Graft.Layers.Activations;
using Graft.Learning.Batches;
using Graft.Learning.Calibration;
using Graft.Learning.Fitting;
using Graft.Tensors;

namespace Graft.Training.Runs;

/// <summary>
/// Sets a model's temperature and thresholds with held-out training images. Uses no validation or test image.
/// </summary>
/// <remarks>
/// A linear head on features uses out-of-fold logits. The final head is trained on all images, a fifth more than the
/// heads of the folds, so its settings are slightly conservative. Every other model uses a calibration split. If it is
/// refitted on all images, it takes the settings of the first training, which are conservative for the same reason.
/// With an unchanged trunk, the detector of unknown images compares each training image with all others.
/// </remarks>
internal static class ModelCalibration
{
    /// <summary>Sets temperature and thresholds, and scales the head's weights by the temperature.</summary>
    /// <param name="request">How the model was trained.</param>
    /// <param name="model">The model; its head is changed in place.</param>
    /// <param name="splits">The features of the model's trunk.</param>
    /// <param name="workers">The threads to run on.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    /// <returns>The confidence settings for the model file; null if no image was held out.</returns>
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
    /// Applies the settings from a training without the calibration split to a model refitted on all images.
    /// </summary>
    /// <param name="known">The settings from the first training.</param>
    /// <param name="request">How the model was trained.</param>
    /// <param name="model">The model; its head is changed in place.</param>
    /// <param name="splits">The features of the model's trunk.</param>
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
                [.. model.OutOfFold.Select(image => image.Logits)],
                [.. model.OutOfFold.Select(image => splits.Training.Labels[image.Image])]
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
