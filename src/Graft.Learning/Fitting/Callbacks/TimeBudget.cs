namespace Graft.Learning.Fitting.Callbacks;

/// <summary>Ends a training when its time is over: the epoch is cut short, validated and counted.</summary>
/// <param name="limit">
/// The longest time that the training may take, including the time before it was resumed. Validation comes on top.
/// </param>
public sealed class TimeBudget(TimeSpan limit) : TrainerCallback
{
    /// <summary>How long the training may take.</summary>
    public TimeSpan Limit { get; } =
        limit > TimeSpan.Zero
            ? limit
            : throw new ArgumentOutOfRangeException(nameof(limit), limit, "A time budget must be above 0.");

    /// <inheritdoc/>
    public override void BatchEnded(TrainingSession session)
    {
        ArgumentNullException.ThrowIfNull(session);
        if (session.Elapsed >= Limit)
            session.Stop($"the time of {Limit:g} is over", now: true);
    }
}
