using Graft.Layers.Networks;
using Graft.Tensors;
using Graft.Training.Batches;
using Graft.Training.Fitting;
using Graft.Training.Heads;

namespace Graft.Training.Runs;

/// <summary>Fits heads on cached features.</summary>
internal static class HeadFitting
{
    /// <summary>Epochs of a head that only has to be a good start for what follows.</summary>
    private const int StartEpochs = 20;

    /// <summary>Fits the head that a run asks for on features alone.</summary>
    public static FittedModel Fit(TrainingRequest request, FeatureSplits splits, int classes, RunTrainer trainer, WorkerPool workers, CancellationToken cancellationToken)
    {
        if (request.Head!.Kind == HeadKind.Linear)
        {
            var head = Solve(request, splits.Training, classes, workers, cancellationToken);
            return new() { Head = head.Network, Epochs = head.Iterations, L2 = head.L2, Search = head.Search, TrainableParameters = Count(head.Network) };
        }

        var network = HeadNetworks.Build(request.Head!, splits.Training.Features.Shape, classes, new DeterministicRandom(request.Seed));
        try
        {
            var validation = new FeatureBatches(splits.Validation, request.BatchSize!.Value);
            var result = trainer.Fit(network, trainer.Batches(splits.Training), validation, splits.Training.Labels, classes);
            return new()
            {
                Head = network,
                Epochs = result.History.Count,
                History = result.History,
                StopReason = result.StopReason,
                TrainableParameters = Count(network),
                ValidationDecidedStopping = trainer.IsSteeredByValidation && splits.Validation.Count > 0,
            };
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    private static long Count(Network network) => network.Parameters.Where(pair => pair.Value.Trainable).Sum(pair => (long)pair.Value.Value.Length);

    /// <summary>Solves a linear head.</summary>
    private static LinearHead Solve(TrainingRequest request, LabelledFeatures training, int classes, WorkerPool workers, CancellationToken cancellationToken)
    {
        using var features = training.Features.Read([.. training.Indices]);
        return LinearHead.Fit(features, [.. training.Labels], classes, workers, new() { L2 = request.L2, Seed = request.Seed }, cancellationToken);
    }

    /// <summary>
    /// A head that training with the trunk begins with: fitted on features for fine-tuning, else with random weights. No validation image
    /// has a part in it, so that what is measured with them later stays honest.
    /// </summary>
    /// <returns>From features to logits; owned by the caller.</returns>
    public static Network Start(TrainingRequest request, LabelledFeatures training, int classes, WorkerPool workers, CancellationToken cancellationToken)
    {
        if (request.Method == TrainingMethod.FineTune && request.Head!.Kind == HeadKind.Linear)
            return Solve(request, training, classes, workers, cancellationToken).Network;
        var network = HeadNetworks.Build(request.Head!, training.Features.Shape, classes, new DeterministicRandom(request.Seed));
        if (request.Method != TrainingMethod.FineTune)
            return network;
        try
        {
            var batches = new FeatureBatches(training, request.BatchSize!.Value, Sampling.Shuffled, request.Seed);
            new Trainer(network, workers, new() { Epochs = StartEpochs, Seed = request.Seed }).Fit(batches, null, null, cancellationToken);
            return network;
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }
}
