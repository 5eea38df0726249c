namespace Graft.Layers.Optimizers.Schedules;

/// <summary>
/// The learning rate is multiplied by a factor whenever the loss has not decreased for some epochs (ReduceLROnPlateau
/// of PyTorch and Keras). A <see cref="PlateauMonitor"/> tracks the losses.
/// </summary>
/// <param name="Multiplier">The factor, 0 to 0.999.</param>
/// <param name="Patience">The number of epochs without a smaller loss that are tolerated; 0 or more.</param>
/// <exception cref="ArgumentOutOfRangeException">A value is out of range.</exception>
public sealed record PlateauSchedule(double Multiplier = 0.1, int Patience = 10) : LearningRateSchedule
{
    /// <summary>The factor.</summary>
    public double Multiplier { get; } = RequireIn(Multiplier, 0, 0.999, nameof(Multiplier));

    /// <summary>The number of epochs without a smaller loss that are tolerated.</summary>
    public int Patience { get; } = (int)RequireIn(Patience, 0, int.MaxValue, nameof(Patience));

    /// <inheritdoc/>
    public override PlateauSchedule Plateau => this;

    /// <inheritdoc/>
    public override double Factor(ScheduleMoment moment) => 1;

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"plateau:{Multiplier:R}:{Patience}");
}
