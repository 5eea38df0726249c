using Graft.Layers.Networks;
using Graft.Tensors;
using Graft.Training.Batches;
using Graft.Training.Fitting;
using Graft.Training.Fitting.Callbacks;
using Graft.Training.Heads;

namespace Graft.Training.Runs;

/// <summary>A head that was fitted in whatever way suits its kind. Owns the network.</summary>
internal sealed class FittedHead : IDisposable
{
    public required Network Network { get; init; }

    /// <summary>Epochs, or iterations of the linear head's solver.</summary>
    public required int Epochs { get; init; }

    public IReadOnlyList<EpochResult> History { get; init; } = [];

    public IReadOnlyList<L2Candidate> Search { get; init; } = [];

    public double? L2 { get; init; }

    public bool ValidationDecidedStopping { get; init; }

    public static FittedHead Fit(TrainingRequest request, FeatureSplits splits, int classes, WorkerPool workers, IProgress<EpochResult>? progress, CancellationToken cancellationToken) =>
        request.Head.Kind == HeadKind.Linear
            ? FitLinear(request, splits, classes, workers, cancellationToken)
            : FitInBatches(request, splits, classes, workers, progress, cancellationToken);

    public void Dispose() => Network.Dispose();

    private static FittedHead FitLinear(TrainingRequest request, FeatureSplits splits, int classes, WorkerPool workers, CancellationToken cancellationToken)
    {
        using var features = splits.Training.Features.Read([.. splits.Training.Indices]);
        var head = LinearHead.Fit(features, [.. splits.Training.Labels], classes, workers, new() { L2 = request.L2, Seed = request.Seed }, cancellationToken);
        return new() { Network = head.Network, Epochs = head.Iterations, L2 = head.L2, Search = head.Search };
    }

    private static FittedHead FitInBatches(TrainingRequest request, FeatureSplits splits, int classes, WorkerPool workers, IProgress<EpochResult>? progress, CancellationToken cancellationToken)
    {
        var network = HeadNetworks.Build(request.Head, splits.Training.Features.Shape, classes, new DeterministicRandom(request.Seed));
        try
        {
            var trainer = new Trainer(network, workers, new()
            {
                Epochs = request.Epochs,
                Optimizer = new() { LearningRate = request.LearningRate },
                Seed = request.Seed,
            });
            var training = new FeatureBatches(splits.Training, request.BatchSize, Sampling.Shuffled, request.Seed);
            var validation = new FeatureBatches(splits.Validation, request.BatchSize);
            var history = trainer.Fit(training, validation, [new EarlyStopping { Patience = request.Patience }, new ProgressReport(progress)], cancellationToken).History;
            return new() { Network = network, Epochs = history.Count, History = history, ValidationDecidedStopping = splits.Validation.Count > 0 };
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }
}
