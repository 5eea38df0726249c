using Graft.Layers.Networks;
using Graft.Layers.Optimizers;
using Graft.Layers.Optimizers.Schedules;
using Graft.Learning.Batches;
using Graft.Learning.Fitting;
using Graft.Learning.Fitting.Callbacks;
using Graft.Learning.Fitting.Checkpoints;
using Graft.Tensors;

namespace Graft.Learning.Tests.Fitting.Checkpoints;

/// <summary>A small training that uses everything that has a state, and can be interrupted.</summary>
internal sealed class CheckpointedTraining : IDisposable
{
    public const int Epochs = 4;
    public const int BatchCount = 4;

    private const ulong Seed = 11;

    private readonly FeatureCloud _training = FeatureCloud.Make("dense:6", 31, seed: 1, spread: 0.4f);
    private readonly FeatureCloud _validation = FeatureCloud.Make("dense:6", 9, seed: 2, spread: 0.4f);
    private readonly WorkerPool _workers = new(1);

    public TrainerOptions Options { get; init; } =
        new()
        {
            Epochs = Epochs,
            Optimizer = new()
            {
                Kind = OptimizerKind.AdamW,
                LearningRate = 0.03,
                WeightDecay = 0.01,
                ClipNorm = 1,
            },
            Schedule = LearningRateSchedule.Parse("warmup:1+cosine"),
            MovingAverage = 0.9,
            Seed = Seed,
        };

    /// <summary>Trains, from checkpoints where there are any.</summary>
    /// <param name="checkpoints">Where they are kept.</param>
    /// <param name="watcher">Looks on, and may interrupt.</param>
    /// <param name="interruption">Interrupts between batches.</param>
    /// <returns>The weights' bits and the figures of all epochs.</returns>
    public string Run(
        CheckpointOptions? checkpoints,
        Watcher? watcher = null,
        CancellationTokenSource? interruption = null
    )
    {
        using var network = FeatureCloud.Build("dense:6");
        if (
            checkpoints is not null
            && Directory.Exists(checkpoints.Folder)
            && Directory.GetFiles(checkpoints.Folder, "*.json").Length > 0
        )
        {
            // A resumed training owes nothing to what the network was made with.
            foreach (var (_, parameter) in network.Parameters)
                parameter.Value.Span.Fill(0.125f);
        }

        return Run(network, checkpoints, watcher, interruption);
    }

    public string Run(
        Network network,
        CheckpointOptions? checkpoints,
        Watcher? watcher,
        CancellationTokenSource? interruption
    )
    {
        var trainer = new Trainer(network, _workers, Options with { Checkpoints = checkpoints });
        var result = trainer.Fit(
            new FeatureBatches(_training.Images, 8, Sampling.Shuffled, Seed),
            new FeatureBatches(_validation.Images, 8),
            [watcher ?? new Watcher(), new EarlyStopping { Patience = 3, MinimumChange = 0.01 }],
            interruption?.Token ?? CancellationToken.None
        );
        var epochs = result.History.Select(epoch => epoch with { Duration = default });
        var weights = network.Parameters.Select(pair =>
            $"{pair.Key} "
            + $"{string.Join(' ', pair.Value.Value.Span.ToArray().Select(value => BitConverter.SingleToUInt32Bits(value)))}"
        );
        return $"{result.StopReason}\n{string.Join('\n', epochs)}\n{string.Join('\n', weights)}";
    }

    public void Dispose()
    {
        _training.Dispose();
        _validation.Dispose();
        _workers.Dispose();
    }

    /// <summary>Acts at a moment of a training: each batch and each epoch that ends is one.</summary>
    public sealed class Watcher(int moment = -1, Action? action = null) : TrainerCallback
    {
        public int Moments { get; private set; }

        public Action? Always { get; init; }

        public override void BatchEnded(TrainingSession session) => Pass();

        public override void EpochEnded(TrainingSession session, EpochResult result) => Pass();

        private void Pass()
        {
            Always?.Invoke();
            if (Moments++ == moment)
                action!();
        }
    }

    /// <summary>Takes the place of a killed process: nothing is written after it.</summary>
    public sealed class KilledException : Exception;
}
