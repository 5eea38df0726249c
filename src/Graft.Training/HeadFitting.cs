using Graft.Features;
using Graft.Layers.Networks;
using Graft.Learning.Batches;
using Graft.Learning.Fitting;
using Graft.Learning.Heads;
using Graft.Tensors;
using Graft.Training.Runs;

namespace Graft.Training;

/// <summary>Fits heads on cached features.</summary>
internal static class HeadFitting
{
    /// <summary>Epochs of a head that only has to be a good start for what follows.</summary>
    private const int StartEpochs = 20;

    /// <summary>Fits the head that a run asks for on features alone.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="splits">The features of the plain images.</param>
    /// <param name="views">
    /// Features of several views of the training images; null where the plain ones are learned from.
    /// </param>
    /// <param name="classes">How many classes there are.</param>
    /// <param name="trainer">What takes the steps of heads that are not solved.</param>
    /// <param name="workers">The threads to run on.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public static FittedModel Fit(
        TrainingRequest request,
        FeatureSplits splits,
        FeatureViewSet? views,
        int classes,
        RunTrainer trainer,
        WorkerPool workers,
        CancellationToken cancellationToken
    )
    {
        int[] labels = views is null
            ? [.. splits.Training.Labels]
            : [.. views.Good.Select(picture => splits.Training.Labels[picture])];
        if (request.Head!.Kind == HeadKind.Linear)
        {
            var head = views is null
                ? Solve(request, splits.Training, splits.Copies(request.Limits), classes, workers, cancellationToken)
                : Solve(request, views, labels, splits.Copies(request.Limits), classes, workers, cancellationToken);
            return new()
            {
                Head = head.Network,
                Epochs = head.Iterations,
                L2 = head.L2,
                Search = head.Search,
                OutOfFold = views is null
                    ? head.OutOfFold
                    :
                    [
                        .. head
                            .OutOfFold.Where(said => said.Image < labels.Length)
                            .Select(said => said with { Image = views.Good[said.Image] }),
                    ],
                TrainableParameters = Count(head.Network),
            };
        }

        var network = HeadNetworks.Build(
            request.Head!,
            splits.Training.Features.Shape,
            classes,
            new DeterministicRandom(request.Seed)
        );
        try
        {
            var validation = new FeatureBatches(splits.Validation, request.BatchSize!.Value);
            IBatchSource training = views is null
                ? trainer.Batches(splits.Training)
                : new FeatureViewBatches(views, labels, request.BatchSize!.Value, request.Seed, request.Sampling);
            var result = trainer.Fit(network, training, validation, labels, classes);
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

    private static long Count(Network network) =>
        network.Parameters.Where(pair => pair.Value.Trainable).Sum(pair => (long)pair.Value.Value.Length);

    /// <summary>Solves a linear head.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="training">What is learned from.</param>
    /// <param name="copies">
    /// For each image a number that its copies share; null where nothing has to be held out afterwards.
    /// </param>
    /// <param name="classes">How many classes there are.</param>
    /// <param name="workers">The threads to run on.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    private static LinearHead Solve(
        TrainingRequest request,
        LabelledFeatures training,
        IReadOnlyList<int>? copies,
        int classes,
        WorkerPool workers,
        CancellationToken cancellationToken
    )
    {
        using var features = training.Features.Read([.. training.Indices]);
        var options = new LinearHeadOptions
        {
            L2 = request.L2,
            Seed = request.Seed,
            ImageNumbers = copies,
            KeepOutOfFold = copies is not null && request.CalibrationFraction > 0,
        };
        return LinearHead.Fit(features, [.. training.Labels], classes, workers, options, cancellationToken);
    }

    /// <summary>Solves a linear head on all views alike.</summary>
    private static LinearHead Solve(
        TrainingRequest request,
        FeatureViewSet views,
        int[] labels,
        IReadOnlyList<int> copies,
        int classes,
        WorkerPool workers,
        CancellationToken cancellationToken
    )
    {
        var pictures = labels.Length;
        int[] all = [.. Enumerable.Range(0, pictures)];
        using var features = Tensor.Uninitialized(new Shape([views.ViewCount * pictures, .. views.Shape.Dimensions]));
        for (var view = 0; view < views.ViewCount; view++)
        {
            using var some = views.Read(view, all);
            some.Span.CopyTo(features.Rows(view * pictures, pictures));
        }

        var everyView = Enumerable.Range(0, views.ViewCount);
        var options = new LinearHeadOptions
        {
            L2 = request.L2,
            Seed = request.Seed,
            ImageNumbers = [.. everyView.SelectMany(_ => views.Good.Select(picture => copies[picture]))],
            KeepOutOfFold = request.CalibrationFraction > 0,
        };
        return LinearHead.Fit(
            features,
            [.. everyView.SelectMany(_ => labels)],
            classes,
            workers,
            options,
            cancellationToken
        );
    }

    /// <summary>
    /// A head that training with the trunk begins with: fitted on features for fine-tuning, else with random weights.
    /// No validation image has a part in it, so that what is measured with them later stays honest.
    /// </summary>
    /// <returns>From features to logits; owned by the caller.</returns>
    public static Network Start(
        TrainingRequest request,
        LabelledFeatures training,
        int classes,
        WorkerPool workers,
        CancellationToken cancellationToken
    )
    {
        if (request.Method == TrainingMethod.FineTune && request.Head!.Kind == HeadKind.Linear)
            return Solve(request, training, null, classes, workers, cancellationToken).Network;
        var network = HeadNetworks.Build(
            request.Head!,
            training.Features.Shape,
            classes,
            new DeterministicRandom(request.Seed)
        );
        if (request.Method != TrainingMethod.FineTune)
            return network;
        try
        {
            var batches = new FeatureBatches(training, request.BatchSize!.Value, Sampling.Shuffled, request.Seed);
            new Trainer(network, workers, new() { Epochs = StartEpochs, Seed = request.Seed }).Fit(
                batches,
                null,
                null,
                cancellationToken
            );
            return network;
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }
}
