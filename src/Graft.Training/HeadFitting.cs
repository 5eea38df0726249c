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
    /// <summary>Epochs for a head that only serves as a starting point for fine-tuning.</summary>
    private const int StartEpochs = 20;

    /// <summary>Fits the requested head on features alone.</summary>
    /// <param name="request">The training request.</param>
    /// <param name="splits">The features of the images without augmentation.</param>
    /// <param name="views">
    /// Features of several views of the training images; null to learn from the images without augmentation.
    /// </param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="trainer">Trains heads that have no direct solver.</param>
    /// <param name="workers">The threads to run on.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
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
            : [.. views.Good.Select(image => splits.Training.Labels[image])];
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
                            .OutOfFold.Where(logits => logits.Image < labels.Length)
                            .Select(logits => logits with { Image = views.Good[logits.Image] }),
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

    /// <summary>Fits a linear head with its direct solver.</summary>
    /// <param name="request">The training request.</param>
    /// <param name="training">The training features.</param>
    /// <param name="copies">
    /// For each image a number that its copies share; null if no out-of-fold logits are needed.
    /// </param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="workers">The threads to run on.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
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

    /// <summary>Fits a linear head on all views, each with the same weight.</summary>
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
        var images = labels.Length;
        int[] all = [.. Enumerable.Range(0, images)];
        using var features = Tensor.Uninitialized(new Shape([views.ViewCount * images, .. views.Shape.Dimensions]));
        for (var view = 0; view < views.ViewCount; view++)
        {
            using var values = views.Read(view, all);
            values.Span.CopyTo(features.Rows(view * images, images));
        }

        var everyView = Enumerable.Range(0, views.ViewCount);
        var options = new LinearHeadOptions
        {
            L2 = request.L2,
            Seed = request.Seed,
            ImageNumbers = [.. everyView.SelectMany(_ => views.Good.Select(image => copies[image]))],
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
    /// Makes the head that training with the trunk starts from: fitted on features for fine-tuning, otherwise with
    /// random weights. Uses no validation image, so that validation figures stay unbiased.
    /// </summary>
    /// <returns>The head, from features to logits; owned by the caller.</returns>
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
