using System.Diagnostics;
using Graft.Layers.Networks;
using Graft.Layers.Optimizers;
using Graft.Layers.Optimizers.Schedules;
using Graft.Learning.Batches;
using Graft.Tensors;

namespace Graft.Learning.Fitting;

/// <summary>A training while it goes on: what callbacks see of it. Owned by the trainer. Not thread-safe.</summary>
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

    /// <summary>How it is trained.</summary>
    public TrainerOptions Options { get; }

    /// <summary>The optimizer.</summary>
    public Optimizer Optimizer { get; }

    /// <summary>
    /// The parameters and statistics that training may change, by full name; owned by the network. While an epoch's
    /// callbacks run they are what was validated: the averaged ones where an average is kept.
    /// </summary>
    public IReadOnlyList<KeyValuePair<string, Tensor>> Weights { get; }

    /// <summary>The epoch, from 1.</summary>
    public int Epoch { get; internal set; } = 1;

    /// <summary>How many batches of the epoch are done.</summary>
    public int Batch { get; internal set; }

    /// <summary>How many batches an epoch has.</summary>
    public int BatchCount { get; }

    /// <summary>The mean loss over the epoch so far, in nats; not a number before its first batch.</summary>
    public double Loss => LossSum / Examples;

    /// <summary>
    /// The share of examples of the epoch so far that were predicted right, 0 to 1; not a number before its first
    /// batch.
    /// </summary>
    public double Accuracy => (double)Correct / Examples;

    /// <summary>The epochs that ended.</summary>
    public IReadOnlyList<EpochResult> History => _history;

    /// <summary>How long the training has gone on, before it was interrupted and resumed too.</summary>
    public TimeSpan Elapsed => _elapsedBefore + _clock.Elapsed;

    /// <summary>Why the training ends early, a clause; null while nobody wants it to.</summary>
    public string? StopReason { get; internal set; }

    /// <summary>Whether the epoch is cut short as well.</summary>
    internal bool StopsNow { get; private set; }

    internal double LossSum { get; set; }

    internal int Correct { get; set; }

    internal int Examples { get; set; }

    internal PlateauMonitor? Plateau { get; }

    internal MovingAverage? Average { get; }

    private ScheduleMoment Moment =>
        new(((Epoch - 1L) * BatchCount) + Batch, (long)Options.Epochs * BatchCount, BatchCount);

    /// <summary>The learning rate of the next step, before the multipliers of groups of parameters.</summary>
    internal double NextRate =>
        Options.Optimizer.LearningRate * Options.Schedule.Factor(Moment) * (Plateau?.Factor ?? 1);

    /// <summary>Ends the training after this epoch.</summary>
    /// <param name="reason">Why, a clause without a full stop.</param>
    /// <param name="now">
    /// Whether to leave out what is left of the epoch's batches; it is validated all the same.
    /// </param>
    public void Stop(string reason, bool now = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(reason);
        StopReason ??= reason;
        StopsNow |= now;
    }

    /// <summary>Frees optimizer and averages.</summary>
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
