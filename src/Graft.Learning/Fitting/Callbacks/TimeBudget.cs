namespace Graft.Learning.Fitting.Callbacks;

/// <summary>Ends a training after a time limit: the current epoch is cut short, validated and counted.</summary>
/// <param name="limit">
/// The maximum duration of the training, including the time before it was resumed. Validation of the last epoch comes
/// on top.
/// </param>
public sealed class TimeBudget(TimeSpan limit) : TrainerCallback
{
    /// <summary>The maximum duration of the training.</summary>
    public TimeSpan Limit { get; } =
        limit > TimeSpan.Zero
            ? limit
            : throw new ArgumentOutOfRangeException(nameof(limit), limit, "A time budget must be above 0.");

    /// <inheritdoc/>
    public override void BatchEnded(TrainingSession session)
    {
        ArgumentNullException.ThrowIfNull(session);
        if (session.Elapsed >= Limit)
            session.Stop($"the time limit of {Limit:g} was reached", now: true);
    }
}
