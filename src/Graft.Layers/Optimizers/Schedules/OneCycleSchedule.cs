namespace Graft.Layers.Optimizers.Schedules;

/// <summary>
/// The rate rises along a cosine from a small share to the full rate, then falls to near zero. Smith and Topin,
/// "Super-Convergence" (2018), as PyTorch's OneCycleLR in two phases, without its cycle of momentum.
/// </summary>
/// <param name="Warm">The share of the training in which the rate rises, 0 to below 1.</param>
/// <param name="Start">The share of the rate to begin with, 0 to 1.</param>
/// <param name="Final">The share of the rate at the end, 0 to 1.</param>
/// <exception cref="ArgumentOutOfRangeException">A share is out of range.</exception>
public sealed record OneCycleSchedule(double Warm = 0.3, double Start = 1.0 / 25, double Final = 1.0 / 250_000)
    : LearningRateSchedule
{
    /// <summary>The share of the training in which the rate rises.</summary>
    public double Warm { get; } = RequireIn(Warm, 0, 0.99, nameof(Warm));

    /// <summary>The share of the rate to begin with.</summary>
    public double Start { get; } = RequireIn(Start, 0, 1, nameof(Start));

    /// <summary>The share of the rate at the end.</summary>
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
