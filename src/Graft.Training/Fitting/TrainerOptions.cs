namespace Graft.Training.Fitting;

/// <summary>How <see cref="Trainer"/> trains.</summary>
public sealed record TrainerOptions
{
    /// <summary>Passes over the training images at the most.</summary>
    public int Epochs { get; init; } = 100;

    /// <summary>Images in a mini-batch.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>Adam's step size.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>Epochs without a smaller validation loss before training stops; the best weights are kept either way.</summary>
    public int Patience { get; init; } = 10;

    /// <summary>Decides the order of the images and what dropout drops.</summary>
    public ulong Seed { get; init; }

    internal TrainerOptions Validated()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Epochs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(BatchSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Patience, 1);
        if (!(LearningRate > 0 && double.IsFinite(LearningRate)))
            throw new ArgumentOutOfRangeException(nameof(LearningRate), LearningRate, "The learning rate must be a number above 0.");
        return this;
    }
}
