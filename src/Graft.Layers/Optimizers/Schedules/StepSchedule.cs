namespace Graft.Layers.Optimizers.Schedules;

/// <summary>
/// The learning rate is multiplied by a factor after every given number of epochs (PyTorch's StepLR).
/// </summary>
/// <param name="Epochs">The number of epochs between changes, above 0; the rate changes at whole steps.</param>
/// <param name="Multiplier">The factor, 0 to 1.</param>
/// <exception cref="ArgumentOutOfRangeException">A value is out of range.</exception>
public sealed record StepSchedule(double Epochs, double Multiplier = 0.1) : LearningRateSchedule
{
    /// <summary>The number of epochs between changes.</summary>
    public double Epochs { get; } = RequireEpochs(Epochs, nameof(Epochs));

    /// <summary>The factor.</summary>
    public double Multiplier { get; } = RequireIn(Multiplier, 0, 1, nameof(Multiplier));

    /// <inheritdoc/>
    public override double Factor(ScheduleMoment moment) =>
        Math.Pow(Multiplier, Math.Floor(moment.Step / (Epochs * moment.StepsPerEpoch)));

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"step:{Epochs:R}:{Multiplier:R}");
}
