namespace Graft.Training.Runs;

/// <summary>A run was cancelled. It can be resumed from its folder.</summary>
public sealed class RunInterruptedException : OperationCanceledException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="run">The run folder.</param>
    /// <param name="cause">The cancellation.</param>
    public RunInterruptedException(string run, OperationCanceledException cause)
        : base($"The run in '{run}' was interrupted and can be resumed.", cause, cause?.CancellationToken ?? default) =>
        Run = run;

    /// <summary>
    /// The absolute path of the run folder, for
    /// <see cref="TransferLearning.Resume(string, IProgress{RunProgress}?, CancellationToken)"/>.
    /// </summary>
    public string Run { get; }
}
