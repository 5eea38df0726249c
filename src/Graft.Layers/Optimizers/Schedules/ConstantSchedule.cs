namespace Graft.Layers.Optimizers.Schedules;

/// <summary>The same rate all the time.</summary>
public sealed record ConstantSchedule : LearningRateSchedule
{
    /// <inheritdoc/>
    public override double Factor(ScheduleMoment moment) => 1;

    /// <inheritdoc/>
    public override string ToString() => "constant";
}
