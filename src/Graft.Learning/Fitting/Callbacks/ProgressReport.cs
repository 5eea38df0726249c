using System.Diagnostics;

namespace Graft.Learning.Fitting.Callbacks;

/// <summary>Reports the progress of a training.</summary>
/// <param name="epochs">Receives every completed epoch; may be null.</param>
/// <param name="batches">Receives every completed batch; may be null.</param>
public sealed class ProgressReport(IProgress<EpochResult>? epochs, IProgress<TrainingProgress>? batches = null)
    : TrainerCallback
{
    private readonly Stopwatch _clock = new();
    private long _batches;

    /// <inheritdoc/>
    public override bool OnlyLooksOn => true;

    /// <inheritdoc/>
    public override void TrainingStarted(TrainingSession session)
    {
        _clock.Restart();
        _batches = 0;
    }

    /// <inheritdoc/>
    public override void BatchEnded(TrainingSession session)
    {
        ArgumentNullException.ThrowIfNull(session);
        _batches++;
        if (batches is null)
            return;
        var left =
            ((long)(session.Options.Epochs - session.Epoch) * session.BatchCount) + session.BatchCount - session.Batch;
        batches.Report(
            new(
                session.Epoch,
                session.Options.Epochs,
                session.Batch,
                session.BatchCount,
                session.Loss,
                session.Accuracy,
                session.Optimizer.LearningRate,
                _clock.Elapsed > TimeSpan.Zero ? _batches / _clock.Elapsed.TotalSeconds : 0,
                _clock.Elapsed / _batches * left
            )
        );
    }

    /// <inheritdoc/>
    public override void EpochEnded(TrainingSession session, EpochResult result) => epochs?.Report(result);
}
