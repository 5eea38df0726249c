using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Graft.Layers.Networks;
using Graft.Layers.Optimizers;
using Graft.Learning.Batches;
using Graft.Learning.Fitting.Checkpoints;
using Graft.Tensors;

namespace Graft.Learning.Fitting;

/// <summary>Saves a training's state in a folder as it progresses, and restores it from there.</summary>
/// <param name="session">The training.</param>
/// <param name="options">The folder and the interval.</param>
/// <param name="callbacks">The callbacks whose state is saved as well.</param>
/// <param name="training">The training images.</param>
internal sealed class SessionCheckpoints(
    TrainingSession session,
    CheckpointOptions options,
    IReadOnlyList<TrainerCallback> callbacks,
    IBatchSource training
)
{
    /// <summary>The maximum share of the time that writing may take.</summary>
    private const double LargestShare = 1 / 20.0;

    private readonly CheckpointFolder _folder = new(options.Folder);
    private readonly Stopwatch _sinceWritten = Stopwatch.StartNew();
    private readonly IReadOnlyDictionary<string, string> _settings = Settings(session, options, callbacks, training);
    private int? _newest;
    private TimeSpan _cost;

    /// <summary>Resumes from the newest checkpoint; writes the first one if there is none.</summary>
    /// <returns>Whether the training has ended already.</returns>
    /// <exception cref="CheckpointException">The checkpoint belongs to another training.</exception>
    /// <exception cref="IOException">The folder cannot be written to.</exception>
    public bool Start()
    {
        using var checkpoint = _folder.ReadNewest(options.Notices);
        if (checkpoint is null)
        {
            Write(finished: false);
            return false;
        }

        RequireSameSettings(checkpoint.State.Settings);
        Restore(checkpoint);
        _newest = checkpoint.Number;
        return checkpoint.State.Finished;
    }

    /// <summary>Writes a checkpoint after a batch if it is due.</summary>
    public void BatchEnded() => WriteAfter(options.Interval);

    /// <summary>Writes a checkpoint after an epoch if it is due.</summary>
    public void EpochEnded() => WriteAfter(options.Interval / 10);

    /// <summary>Writes a checkpoint when the training was cancelled.</summary>
    public void Interrupted() => TryWrite();

    /// <summary>Writes the checkpoint of a finished training.</summary>
    /// <exception cref="IOException">The checkpoint cannot be written.</exception>
    public void Finish() => Write(finished: true);

    private void WriteAfter(TimeSpan interval)
    {
        if (
            options.Interval == TimeSpan.Zero
            || (_sinceWritten.Elapsed >= interval && _sinceWritten.Elapsed * LargestShare >= _cost)
        )
            TryWrite();
    }

    /// <summary>Writes a checkpoint; reports a failure instead of ending the training.</summary>
    private void TryWrite()
    {
        try
        {
            Write(finished: false);
        }
        catch (IOException error)
        {
            options.Notices?.Report($"A checkpoint was not written; training goes on without it: {error.Message}");
            _sinceWritten.Restart();
        }
    }

    private void Write(bool finished)
    {
        var clock = Stopwatch.StartNew();
        _newest = _folder.Write(_newest, Tensors(finished), (file, bytes, digest) => new CheckpointState
            {
                TensorFile = file,
                TensorBytes = bytes,
                TensorDigest = digest,
                Settings = _settings,
                Finished = finished,
                Epoch = session.Epoch,
                Batch = session.Batch,
                LossSum = session.LossSum,
                Correct = session.Correct,
                Examples = session.Examples,
                OptimizerSteps = session.Optimizer.Steps,
                LearningRate = session.Optimizer.LearningRate,
                AverageSteps = session.Average?.Steps,
                Plateau = session.Plateau?.State,
                StopReason = session.StopReason,
                ElapsedSeconds = session.Elapsed.TotalSeconds,
                History = session.History,
                Callbacks = [.. callbacks.Select(callback => callback.SaveNumbers())],
            });
        _cost = clock.Elapsed;
        _sinceWritten.Restart();
    }

    private void Restore(Checkpoint checkpoint)
    {
        var state = checkpoint.State;
        foreach (var (name, tensor) in Tensors(state.Finished))
        {
            if (name.StartsWith(OptimizerPrefix, StringComparison.Ordinal))
                continue;
            using var saved = checkpoint.Tensors.Read(name);
            saved.Span.CopyTo(tensor.Span);
        }

        if (!state.Finished)
            RestoreOptimizer(checkpoint);
        session.Optimizer.LearningRate = state.LearningRate;
        (session.Epoch, session.Batch, session.StopReason) = (state.Epoch, state.Batch, state.StopReason);
        (session.LossSum, session.Correct, session.Examples) = (state.LossSum, state.Correct, state.Examples);
        session.Restore(state.History, TimeSpan.FromSeconds(state.ElapsedSeconds));
        if (session.Average is { } average)
            average.Steps = state.AverageSteps ?? 0;
        if (session.Plateau is { } plateau && state.Plateau is { } saw)
            plateau.State = saw;
        for (var i = 0; i < callbacks.Count; i++)
            callbacks[i].RestoreNumbers(state.Callbacks[i]);
    }

    private void RestoreOptimizer(Checkpoint checkpoint)
    {
        var saved = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        try
        {
            foreach (var (name, _) in session.Optimizer.State)
                saved.Add(name, checkpoint.Tensors.Read(OptimizerPrefix + name));
            session.Optimizer.Restore(checkpoint.State.OptimizerSteps, saved);
        }
        finally
        {
            foreach (var tensor in saved.Values)
                tensor.Dispose();
        }
    }

    private const string OptimizerPrefix = "optimizer/";

    /// <summary>The tensors to save; of a finished training only the weights.</summary>
    private IEnumerable<KeyValuePair<string, Tensor>> Tensors(bool finished)
    {
        var weights = Named("weights/", session.Weights);
        return finished
            ? weights
            : weights
                .Concat(Named(OptimizerPrefix, session.Optimizer.State))
                .Concat(Named("average/", session.Average?.Tensors ?? []))
                .Concat(
                    callbacks.SelectMany(
                        (callback, i) =>
                            Named(string.Create(CultureInfo.InvariantCulture, $"callback{i}/"), callback.Tensors)
                    )
                );
    }

    private static IEnumerable<KeyValuePair<string, Tensor>> Named(
        string prefix,
        IEnumerable<KeyValuePair<string, Tensor>> tensors
    ) => tensors.Select(pair => KeyValuePair.Create(prefix + pair.Key, pair.Value));

    private void RequireSameSettings(IReadOnlyDictionary<string, string> saved)
    {
        var different = _settings.Where(pair => saved.GetValueOrDefault(pair.Key) != pair.Value).ToArray();
        if (different.Length == 0)
            return;
        var list = string.Join(
            "; ",
            different.Select(pair =>
                $"{pair.Key} was '{saved.GetValueOrDefault(pair.Key) ?? "unknown"}', now it is '{pair.Value}'"
            )
        );
        throw new CheckpointException(
            $"The checkpoints in '{options.Folder}' belong to another training: {list}. Train with the settings of "
                + $"that training to resume it, or choose another folder."
        );
    }

    private static Dictionary<string, string> Settings(
        TrainingSession session,
        CheckpointOptions options,
        IReadOnlyList<TrainerCallback> callbacks,
        IBatchSource training
    )
    {
        var trainer = session.Options;
        var network = session.Model.Network;
        var boundary = session.Model.BoundaryNode;
        var optimizer = trainer.Optimizer;
        var shapes = string.Join('\n', session.Weights.Select(pair => $"{pair.Key} {pair.Value.Shape}"));
        var groups = string.Join(
            '\n',
            session.Optimizer.Groups.Select(group =>
                FormattableString.Invariant($"{group.RateMultiplier:R} {group.WeightDecay:R} {Trainable(group)}")
            )
        );
        return new(StringComparer.Ordinal)
        {
            ["identity"] = options.Identity,
            ["examples"] = FormattableString.Invariant($"{training.Count} in {training.BatchCount} batches"),
            ["epochs"] = trainer.Epochs.ToString(CultureInfo.InvariantCulture),
            ["seed"] = trainer.Seed.ToString(CultureInfo.InvariantCulture),
            ["optimizer"] = FormattableString.Invariant(
                $"{session.Optimizer.Configuration}, clipping {optimizer.ClipNorm:R} {optimizer.ClipValue:R}"
            ),
            ["learning rate"] = trainer.Optimizer.LearningRate.ToString("R", CultureInfo.InvariantCulture),
            ["weight decay"] = trainer.Optimizer.WeightDecay.ToString("R", CultureInfo.InvariantCulture),
            ["schedule"] = trainer.Schedule.ToString()!,
            ["loss"] = FormattableString.Invariant(
                $"label smoothing {trainer.Loss.LabelSmoothing:R}, class weights {Numbers(trainer.Loss.ClassWeights)}"
            ),
            ["moving average"] = trainer.MovingAverage?.ToString("R", CultureInfo.InvariantCulture) ?? "none",
            ["callbacks"] = string.Join(", ", callbacks.Select(callback => callback.GetType().Name)),
            ["frozen layers"] = boundary == Network.InputName ? "none" : NetworkDigest.Compute(network, boundary),
            ["trained layers"] = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(shapes))),
            ["trained groups"] = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(groups))),
        };
    }

    private static string Trainable(ParameterGroup group) =>
        string.Join(' ', group.Parameters.Where(pair => pair.Value.Trainable).Select(pair => pair.Key));

    private static string Numbers(IReadOnlyList<double>? numbers) =>
        numbers is null
            ? "none"
            : string.Join(' ', numbers.Select(number => number.ToString("R", CultureInfo.InvariantCulture)));
}
