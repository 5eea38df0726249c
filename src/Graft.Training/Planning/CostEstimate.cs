using Graft.Training.Runs;

namespace Graft.Training.Planning;

/// <summary>
/// What a training costs, from what its parts cost. Follows what <see cref="TransferLearning"/> does, method by method.
/// </summary>
internal static class CostEstimate
{
    /// <summary>What every run writes besides its model: report, predictions, lists.</summary>
    private const long RunFileBytes = 4 << 20;

    /// <summary>Heat maps and golden answers are computed of about so many images.</summary>
    private const int ShownImages = 60;

    /// <summary>Evaluation, model file and report, besides those images.</summary>
    private const double EvaluationSeconds = 2.5;

    /// <summary>A checkpoint holds weights, their average, and two moments; two are kept.</summary>
    private const int CheckpointCopies = 2 * 4;

    /// <summary>Adds the parts up.</summary>
    /// <param name="measured">What the parts cost.</param>
    /// <param name="request">What the method does, everything decided.</param>
    /// <param name="training">Images of the training split, those that are kept aside among them.</param>
    /// <param name="validation">Images of the validation split.</param>
    /// <param name="test">Images of the test split.</param>
    /// <param name="budget">How long it may take.</param>
    public static PlannedRoute Compute(
        RouteMeasurement measured,
        TrainingRequest request,
        int training,
        int validation,
        int test,
        TimeSpan budget
    )
    {
        var all = training + validation + test;
        var seconds =
            measured.LoadSeconds
            + EvaluationSeconds
            + ((measured.UnknownImages + ShownImages) * measured.SecondsPerFeature);
        var disk = measured.WeightBytes + RunFileBytes + (all * measured.FeatureBytes);
        // The report shows where in its photos a trunk saw what, and loads it for that.
        var memory = measured.FeatureMemory + measured.WeightBytes;
        if (request.Method != TrainingMethod.Frozen)
            seconds += measured.HeadSeconds * training / Math.Max(1, measured.HeadImages);
        if (measured.Steps.GetValueOrDefault(request.Method) is { } steps)
        {
            var learnedFrom = training - (int)(training * request.CalibrationFraction);
            seconds += request.Epochs!.Value * learnedFrom * steps.SecondsPerImage;
            if (request.Refit == true)
                seconds += measured.LoadSeconds + (request.Epochs.Value * training * steps.SecondsPerImage);
            disk += steps.TrainableBytes * CheckpointCopies;
            memory = Math.Max(memory, steps.Memory);
            if (request.Method == TrainingMethod.FineTune)
            {
                // The frozen part of every validation image, and everything anew with the trunk that has learned.
                seconds += measured.LoadSeconds + ((validation + all) * measured.SecondsPerFeature);
                disk += (validation * steps.BoundaryBytes) + (all * measured.FeatureBytes);
                // The first of two trunks says what it thinks of training images alone.
                if (request.Refit == true)
                {
                    seconds += training * measured.SecondsPerFeature;
                    disk += training * measured.FeatureBytes;
                }
            }
        }

        return new(
            measured.Backbone,
            request.Method,
            seconds,
            memory,
            disk,
            seconds <= budget.TotalSeconds,
            measured.Expected
        );
    }
}
