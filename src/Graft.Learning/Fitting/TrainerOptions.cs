using Graft.Layers.Losses;
using Graft.Layers.Optimizers;
using Graft.Layers.Optimizers.Schedules;
using Graft.Learning.Fitting.Checkpoints;

namespace Graft.Learning.Fitting;

/// <summary>The options of a <see cref="Trainer"/>.</summary>
public sealed record TrainerOptions
{
    /// <summary>The maximum number of epochs.</summary>
    public int Epochs { get; init; } = 100;

    /// <summary>The optimizer, its learning rates and gradient clipping.</summary>
    public OptimizerOptions Optimizer { get; init; } = new();

    /// <summary>The learning rate schedule.</summary>
    public LearningRateSchedule Schedule { get; init; } = LearningRateSchedule.Constant;

    /// <summary>Label smoothing and class weights.</summary>
    public CrossEntropyOptions Loss { get; init; } = new();

    /// <summary>
    /// The decay of the weights' moving average in each step, at least 0 and below 1 (0.99 or 0.999 are usual); no
    /// average when null. The averaged weights are validated, and the network ends with them.
    /// </summary>
    public double? MovingAverage { get; init; }

    /// <summary>
    /// Determines the random numbers of dropout. The order of the images is determined by their source.
    /// </summary>
    public ulong Seed { get; init; }

    /// <summary>Where checkpoints are kept; no checkpoints when null.</summary>
    public CheckpointOptions? Checkpoints { get; init; }

    internal TrainerOptions Validated()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Epochs, 1);
        if (MovingAverage is { } decay && !(decay is >= 0 and < 1))
            throw new ArgumentOutOfRangeException(
                nameof(MovingAverage),
                decay,
                "The decay of the moving average of the weights must be at least 0 and below 1."
            );
        Optimizer.Validate();
        return this;
    }
}
