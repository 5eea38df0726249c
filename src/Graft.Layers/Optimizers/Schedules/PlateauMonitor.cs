namespace Graft.Layers.Optimizers.Schedules;

/// <summary>The state of a <see cref="PlateauMonitor"/>; saved in checkpoints.</summary>
/// <param name="Factor">The factor applied to the learning rate now.</param>
/// <param name="Best">The smallest loss so far.</param>
/// <param name="Since">Epochs since the loss was smaller than before.</param>
public readonly record struct PlateauState(double Factor, double Best, int Since);

/// <summary>Watches the losses for a <see cref="PlateauSchedule"/>. Not thread-safe.</summary>
/// <param name="schedule">The rules.</param>
public sealed class PlateauMonitor(PlateauSchedule schedule)
{
    /// <summary>A loss counts as smaller if it is by this share: PyTorch's threshold.</summary>
    private const double Threshold = 1e-4;

    /// <summary>The monitor's state. After it is set, the monitor continues from there.</summary>
    public PlateauState State { get; set; } = new(1, double.PositiveInfinity, 0);

    /// <summary>The factor applied to the learning rate now.</summary>
    public double Factor => State.Factor;

    /// <summary>Records the loss of an epoch.</summary>
    /// <param name="loss">The loss.</param>
    public void Observe(double loss)
    {
        if (loss < State.Best * (1 - Threshold))
            State = State with { Best = loss, Since = 0 };
        else if (State.Since < schedule.Patience)
            State = State with { Since = State.Since + 1 };
        else
            State = State with { Factor = State.Factor * schedule.Multiplier, Since = 0 };
    }
}
