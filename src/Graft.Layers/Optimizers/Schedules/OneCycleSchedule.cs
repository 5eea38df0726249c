namespace Graft.Layers.Optimizers.Schedules;

/// <summary>
/// The learning rate rises along a cosine from a small share to the full rate, then falls to near zero. Smith and
/// Topin, "Super-Convergence" (2018), like PyTorch's OneCycleLR in two phases, but without cycling the momentum.
/// </summary>
/// <param name="Warm">The share of the training during which the rate rises; 0 to 0.99.</param>
/// <param name="Start">The initial share of the rate, 0 to 1.</param>
/// <param name="Final">The final share of the rate, 0 to 1.</param>
/// <exception cref="ArgumentOutOfRangeException">A share is out of range.</exception>
public sealed record OneCycleSchedule(double Warm = 0.3, double Start = 1.0 / 25, double Final = 1.0 / 250_000)
    : LearningRateSchedule
{
    /// <summary>The share of the training during which the rate rises.</summary>
    public double Warm { get; } = RequireIn(Warm, 0, 0.99, nameof(Warm));

    /// <summary>The initial share of the rate.</summary>
    public double Start { get; } = RequireIn(Start, 0, 1, nameof(Start));

    /// <summary>The final share of the rate.</summary>
    public double Final { get; } = RequireIn(Final, 0, 1, nameof(Final));

    /// <inheritdoc/>
    public override double Factor(ScheduleMoment moment)
    {
        var last = moment.TotalSteps - 1.0;
        var peak = Math.Max(0, (Warm * moment.TotalSteps) - 1);
        var step = Math.Min(moment.Step, last);
        return step < peak
            ? Along(Start, 1, step / peak)
            : Along(1, Final, last > peak ? (step - peak) / (last - peak) : 0);
    }

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"one-cycle:{Warm:R}:{Start:R}:{Final:R}");

    private static double Along(double from, double to, double share) =>
        to + ((from - to) / 2 * (1 + Math.Cos(Math.PI * share)));
}
