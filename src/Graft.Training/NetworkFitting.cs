using Graft.Features;
using Graft.Features.Backbones;
using Graft.Layers.Freezing;
using Graft.Layers.Networks;
using Graft.Learning.Batches;
using Graft.Learning.Fitting;
using Graft.Tensors;
using Graft.Training.Runs;

namespace Graft.Training;

/// <summary>
/// Trains a head with its trunk in memory. The trunk is frozen, or its upper layers are trained too. The outputs of
/// frozen layers for images without augmentation are computed once and cached.
/// </summary>
/// <param name="request">The training request.</param>
/// <param name="classes">The number of classes.</param>
/// <param name="trainer">The trainer.</param>
/// <param name="boundary">Computes the outputs of the frozen layers.</param>
/// <param name="workers">The threads to run on.</param>
internal sealed class NetworkFitting(
    TrainingRequest request,
    int classes,
    RunTrainer trainer,
    BoundaryFeatures boundary,
    WorkerPool workers
)
{
    /// <summary>Trains the network.</summary>
    /// <param name="backbone">The trunk; its network is moved into the result.</param>
    /// <param name="splits">The trunk's features by split.</param>
    /// <param name="cancellationToken">Cancels the training between mini-batches, after writing a checkpoint.</param>
    public FittedModel Fit(Backbone backbone, FeatureSplits splits, CancellationToken cancellationToken)
    {
        using var head = HeadFitting.Start(request, splits.Training, classes, workers, cancellationToken);
        var network = backbone.TakeNetwork();
        try
        {
            var unfrozen = JoinedNetwork.Join(network, backbone.Stages, head, request);
            var result = Train(network, backbone, splits, cancellationToken);
            return new FittedModel
            {
                TrainableParameters = JoinedNetwork.CountTrainable(network),
                Head = network.SplitAfter(backbone.Node),
                Trunk = new Backbone(backbone.Name, network, backbone.Preprocessing)
                {
                    Engine = backbone.Engine,
                    Licence = backbone.Licence,
                    PreprocessingOrigin = backbone.PreprocessingOrigin,
                },
                Epochs = result.History.Count,
                History = result.History,
                StopReason = result.StopReason,
                Unfrozen = unfrozen,
                ValidationDecidedStopping = trainer.IsSteeredByValidation && splits.Validation.Count > 0,
            };
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    private FittingResult Train(
        Network network,
        Backbone backbone,
        FeatureSplits splits,
        CancellationToken cancellationToken
    )
    {
        using var trainable = new TrainableNetwork(network, workers, request.BatchSize!.Value, backbone.Engine.Compile);
        using var validation = CachedBoundary(trainable, backbone, splits, splits.Validation, cancellationToken);
        using var training = request.Augmentation!.IsNone
            ? CachedBoundary(trainable, backbone, splits, splits.Training, cancellationToken)
            : null;
        return trainer.Fit(
            new BoundaryModel(trainable),
            training is null
                ? ImageBatches(backbone, splits, splits.Training, request.Sampling)
                : trainer.Batches(training.Images),
            validation is null
                ? ImageBatches(backbone, splits, splits.Validation, Sampling.InOrder)
                : new FeatureBatches(validation.Images, request.BatchSize.Value),
            splits.Training.Labels,
            classes
        );
    }

    /// <summary>
    /// Computes the outputs of the frozen layers for a split; null if the images themselves are to be used.
    /// </summary>
    private CachedFeatures? CachedBoundary(
        TrainableNetwork trainable,
        Backbone backbone,
        FeatureSplits splits,
        LabelledFeatures split,
        CancellationToken cancellationToken
    )
    {
        if (trainable.BoundaryNode == backbone.Node || split.Count == 0)
            return new CachedFeatures(split, null);
        return BoundaryFeatures.CanBeCached(trainable, split.Count)
            ? boundary.Compute(trainable.BoundaryNode, splits.ImagesOf(split), cancellationToken)
            : null;
    }

    private AugmentedImages ImageBatches(
        Backbone backbone,
        FeatureSplits splits,
        LabelledFeatures split,
        Sampling sampling
    ) => JoinedNetwork.Batches(splits.ImagesOf(split), classes, backbone.Preprocessing, request, sampling);
}
