namespace Graft.Layers.Optimizers.Schedules;

/// <summary>
/// The learning rate follows half a cosine down over the whole training. Loshchilov and Hutter, "SGDR" (2017), without
/// restarts (PyTorch's CosineAnnealingLR over all steps).
/// </summary>
/// <param name="Final">The share of the rate after the last step, 0 to 1.</param>
/// <exception cref="ArgumentOutOfRangeException">The share is out of range.</exception>
public sealed record CosineSchedule(double Final = 0) : LearningRateSchedule
{
    /// <summary>The share of the rate after the last step.</summary>
    public double Final { get; } = RequireIn(Final, 0, 1, nameof(Final));

    /// <inheritdoc/>
    public override double Factor(ScheduleMoment moment)
    {
        var done = Math.Min(1, (double)moment.Step / moment.TotalSteps);
        return Final + ((1 - Final) * (1 + Math.Cos(Math.PI * done)) / 2);
    }

    /// <inheritdoc/>
    public override string ToString() => Final == 0 ? "cosine" : FormattableString.Invariant($"cosine:{Final:R}");
}
