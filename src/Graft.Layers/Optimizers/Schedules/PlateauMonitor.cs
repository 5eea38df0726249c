namespace Graft.Layers.Optimizers.Schedules;

/// <summary>The state of a <see cref="PlateauMonitor"/>; saved in checkpoints.</summary>
/// <param name="Factor">The current factor on the learning rate.</param>
/// <param name="Best">The smallest loss so far.</param>
/// <param name="Since">The number of epochs since the loss last decreased.</param>
public readonly record struct PlateauState(double Factor, double Best, int Since);

/// <summary>Monitors the losses for a <see cref="PlateauSchedule"/>. Not thread-safe.</summary>
/// <param name="schedule">The schedule.</param>
public sealed class PlateauMonitor(PlateauSchedule schedule)
{
    /// <summary>The relative decrease that a loss needs to count as smaller; PyTorch's threshold.</summary>
    private const double Threshold = 1e-4;

    /// <summary>The monitor's state. After it is set, the monitor continues from there.</summary>
    public PlateauState State { get; set; } = new(1, double.PositiveInfinity, 0);

    /// <summary>The current factor on the learning rate.</summary>
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
