namespace Graft.Layers.Optimizers.Schedules;

/// <summary>The rate is multiplied by a factor every so many epochs (PyTorch's StepLR).</summary>
/// <param name="Epochs">After how many epochs each time, above 0; the rate changes with a whole step.</param>
/// <param name="Multiplier">The factor, 0 to 1.</param>
/// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
public sealed record StepSchedule(double Epochs, double Multiplier = 0.1) : LearningRateSchedule
{
    /// <summary>After how many epochs each time.</summary>
    public double Epochs { get; } = RequireEpochs(Epochs, nameof(Epochs));

    /// <summary>The factor.</summary>
    public double Multiplier { get; } = RequireIn(Multiplier, 0, 1, nameof(Multiplier));

    /// <inheritdoc/>
    public override double Factor(ScheduleMoment moment) =>
        Math.Pow(Multiplier, Math.Floor(moment.Step / (Epochs * moment.StepsPerEpoch)));

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"step:{Epochs:R}:{Multiplier:R}");
}
