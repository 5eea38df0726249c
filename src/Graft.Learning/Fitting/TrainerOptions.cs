using Graft.Layers.Losses;
using Graft.Layers.Optimizers;
using Graft.Layers.Optimizers.Schedules;
using Graft.Learning.Fitting.Checkpoints;

namespace Graft.Learning.Fitting;

/// <summary>How <see cref="Trainer"/> trains.</summary>
public sealed record TrainerOptions
{
    /// <summary>Passes over the training images at the most.</summary>
    public int Epochs { get; init; } = 100;

    /// <summary>The optimizer, its rates and the clipping of gradients.</summary>
    public OptimizerOptions Optimizer { get; init; } = new();

    /// <summary>How the learning rate changes.</summary>
    public LearningRateSchedule Schedule { get; init; } = LearningRateSchedule.Constant;

    /// <summary>Label smoothing and class weights.</summary>
    public CrossEntropyOptions Loss { get; init; } = new();

    /// <summary>
    /// How much of the moving average of the weights is kept in each step, 0 to below 1 (0.99 or 0.999 are usual); none
    /// is kept when null. The averaged weights are what is validated, and what the network ends with.
    /// </summary>
    public double? MovingAverage { get; init; }

    /// <summary>Decides what dropout drops. The order of the images is their source's business.</summary>
    public ulong Seed { get; init; }

    /// <summary>Where checkpoints are kept; nowhere when null.</summary>
    public CheckpointOptions? Checkpoints { get; init; }

    internal TrainerOptions Validated()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Epochs, 1);
        if (MovingAverage is { } decay && !(decay is >= 0 and < 1))
            throw new ArgumentOutOfRangeException(
                nameof(MovingAverage),
                decay,
                "The share that a moving average of weights keeps must be at least 0 and below 1."
            );
        Optimizer.Validate();
        return this;
    }
}
