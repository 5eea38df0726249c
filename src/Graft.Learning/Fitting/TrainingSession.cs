using System.Diagnostics;
using Graft.Layers.Networks;
using Graft.Layers.Optimizers;
using Graft.Layers.Optimizers.Schedules;
using Graft.Learning.Batches;
using Graft.Tensors;

namespace Graft.Learning.Fitting;

/// <summary>A running training, as callbacks see it. Owned by the trainer. Not thread-safe.</summary>
public sealed class TrainingSession : IDisposable
{
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly List<EpochResult> _history = [];
    private TimeSpan _elapsedBefore;

    internal TrainingSession(ITrainable model, TrainerOptions options, IBatchSource training, WorkerPool workers)
    {
        Model = model;
        Options = options;
        BatchCount = training.BatchCount;
        Weights = TrainedWeights.From(model);
        Optimizer = options.Optimizer.Create(model.Network, workers);
        Plateau = options.Schedule.Plateau is { } plateau ? new PlateauMonitor(plateau) : null;
        Average = options.MovingAverage is { } decay ? new MovingAverage(Weights, decay, workers) : null;
    }

    /// <summary>The network that is trained.</summary>
    public ITrainable Model { get; }

    /// <summary>The options of the training.</summary>
    public TrainerOptions Options { get; }

    /// <summary>The optimizer.</summary>
    public Optimizer Optimizer { get; }

    /// <summary>
    /// The parameters and statistics that training may change, by full name; owned by the network. In callbacks at the
    /// end of an epoch they hold the validated values: the averages if a moving average is kept.
    /// </summary>
    public IReadOnlyList<KeyValuePair<string, Tensor>> Weights { get; }

    /// <summary>The epoch, from 1.</summary>
    public int Epoch { get; internal set; } = 1;

    /// <summary>The number of completed batches in the epoch.</summary>
    public int Batch { get; internal set; }

    /// <summary>The number of batches in an epoch.</summary>
    public int BatchCount { get; }

    /// <summary>The mean loss over the epoch so far, in nats; NaN before its first batch.</summary>
    public double Loss => LossSum / Examples;

    /// <summary>
    /// The share of the epoch's examples so far that were predicted correctly, 0 to 1; NaN before its first batch.
    /// </summary>
    public double Accuracy => (double)Correct / Examples;

    /// <summary>The completed epochs.</summary>
    public IReadOnlyList<EpochResult> History => _history;

    /// <summary>The duration of the training, including the time before it was interrupted and resumed.</summary>
    public TimeSpan Elapsed => _elapsedBefore + _clock.Elapsed;

    /// <summary>Why the training ends early, as a clause; null unless it has been stopped.</summary>
    public string? StopReason { get; internal set; }

    /// <summary>Whether the current epoch is cut short as well.</summary>
    internal bool StopsNow { get; private set; }

    internal double LossSum { get; set; }

    internal int Correct { get; set; }

    internal int Examples { get; set; }

    internal PlateauMonitor? Plateau { get; }

    internal MovingAverage? Average { get; }

    private ScheduleMoment Moment =>
        new(((Epoch - 1L) * BatchCount) + Batch, (long)Options.Epochs * BatchCount, BatchCount);

    /// <summary>The learning rate of the next step, before the multipliers of parameter groups.</summary>
    internal double NextRate =>
        Options.Optimizer.LearningRate * Options.Schedule.Factor(Moment) * (Plateau?.Factor ?? 1);

    /// <summary>Ends the training after this epoch.</summary>
    /// <param name="reason">The reason, as a clause without a full stop.</param>
    /// <param name="now">Whether to skip the rest of the epoch's batches; the epoch is still validated.</param>
    public void Stop(string reason, bool now = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(reason);
        StopReason ??= reason;
        StopsNow |= now;
    }

    /// <summary>Frees the optimizer and the averages.</summary>
    public void Dispose()
    {
        Optimizer.Dispose();
        Average?.Dispose();
    }

    /// <summary>Goes to the next epoch.</summary>
    internal void EndEpoch(EpochResult result)
    {
        _history.Add(result);
        Plateau?.Observe(result.ValidationLoss ?? result.Loss);
        Epoch++;
        (Batch, LossSum, Correct, Examples) = (0, 0, 0, 0);
    }

    /// <summary>Restores the history and the elapsed time of a checkpoint.</summary>
    internal void Restore(IEnumerable<EpochResult> history, TimeSpan elapsed)
    {
        _history.Clear();
        _history.AddRange(history);
        _elapsedBefore = elapsed - _clock.Elapsed;
    }
}
