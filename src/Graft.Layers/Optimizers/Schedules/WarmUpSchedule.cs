namespace Graft.Layers.Optimizers.Schedules;

/// <summary>
/// The learning rate rises linearly from near zero; another schedule covers the rest of the training. Goyal et al.,
/// "Accurate, Large Minibatch SGD" (2017).
/// </summary>
/// <param name="Epochs">The length of the warm-up in epochs, above 0; fractions are allowed.</param>
/// <param name="Then">The schedule after the warm-up.</param>
/// <exception cref="ArgumentOutOfRangeException">The number of epochs is not above 0.</exception>
public sealed record WarmUpSchedule(double Epochs, LearningRateSchedule Then) : LearningRateSchedule
{
    /// <summary>The length of the warm-up in epochs.</summary>
    public double Epochs { get; } = RequireEpochs(Epochs, nameof(Epochs));

    /// <summary>The schedule after the warm-up.</summary>
    public LearningRateSchedule Then { get; } = Then ?? throw new ArgumentNullException(nameof(Then));

    /// <inheritdoc/>
    public override PlateauSchedule? Plateau => Then.Plateau;

    /// <inheritdoc/>
    public override double Factor(ScheduleMoment moment)
    {
        var steps = (long)Math.Max(1, Math.Round(Epochs * moment.StepsPerEpoch));
        var rest = moment with
        {
            Step = Math.Max(0, moment.Step - steps),
            TotalSteps = Math.Max(1, moment.TotalSteps - steps),
        };
        return moment.Step < steps ? Then.Factor(rest) * (moment.Step + 1) / steps : Then.Factor(rest);
    }

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"warmup:{Epochs:R}+{Then}");
}
