using Graft.Training.Runs;

namespace Graft.Training.Planning;

/// <summary>
/// Estimates the cost of a training run from the measured costs of its parts. Follows the steps that
/// <see cref="TransferLearning"/> takes with each method.
/// </summary>
internal static class CostEstimate
{
    /// <summary>The size of the files of a run besides its model: report, predictions, lists.</summary>
    private const long RunFileBytes = 4 << 20;

    /// <summary>The approximate number of images for which heat maps and golden answers are computed.</summary>
    private const int ShownImages = 60;

    /// <summary>The time for evaluation, model file and report, without those images.</summary>
    private const double EvaluationSeconds = 2.5;

    /// <summary>Two checkpoints are kept, each with weights, their average and the optimizer's two moments.</summary>
    private const int CheckpointCopies = 2 * 4;

    /// <summary>Adds up the costs of the parts.</summary>
    /// <param name="measured">The measured costs of the parts.</param>
    /// <param name="request">The training request with all defaults filled in.</param>
    /// <param name="training">The number of training images, including the calibration split.</param>
    /// <param name="validation">The number of validation images.</param>
    /// <param name="test">The number of test images.</param>
    /// <param name="budget">The time budget for the whole run.</param>
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
        // The report computes heat maps, which needs the weights in memory.
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
                // Validation images go through the frozen layers, then all images through the trained trunk.
                seconds += measured.LoadSeconds + ((validation + all) * measured.SecondsPerFeature);
                disk += (validation * steps.BoundaryBytes) + (all * measured.FeatureBytes);
                // The trunk trained without the calibration split computes features of training images only.
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
