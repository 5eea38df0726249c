namespace Graft.Layers.Optimizers.Schedules;

/// <summary>A constant learning rate.</summary>
public sealed record ConstantSchedule : LearningRateSchedule
{
    /// <inheritdoc/>
    public override double Factor(ScheduleMoment moment) => 1;

    /// <inheritdoc/>
    public override string ToString() => "constant";
}
