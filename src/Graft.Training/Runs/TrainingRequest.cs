using Graft.Features.Backbones;
using Graft.Features.Storage;
using Graft.Imaging;
using Graft.Imaging.Augmentation;
using Graft.Layers.Optimizers;
using Graft.Learning.Batches;
using Graft.Learning.Heads;

namespace Graft.Training.Runs;

/// <summary>What to train, on what, and how. What is null is filled in by <see cref="MethodDefaults"/>.</summary>
public sealed record TrainingRequest
{
    /// <summary>The dataset's folder.</summary>
    public required string Data { get; init; }

    /// <summary>How the classifier learns.</summary>
    public TrainingMethod Method { get; init; }

    /// <summary>The trunk.</summary>
    public BackboneSource Backbone { get; init; } = new();

    /// <summary>The head.</summary>
    public HeadSpecification? Head { get; init; }

    /// <summary>Fine-tuning: the first stage or node that learns, or <c>all</c>; the last stage when null.</summary>
    public string? Unfreeze { get; init; }

    /// <summary>
    /// Fine-tuning: whether unfrozen batch normalisation measures its batches again. A few small batches tell less than
    /// ImageNet did.
    /// </summary>
    public bool UnfreezeStatistics { get; init; }

    /// <summary>How training pictures are changed at random.</summary>
    public AugmentationOptions? Augmentation { get; init; }

    /// <summary>
    /// On features: how many views of every training picture are computed and learned from, the plain one among them.
    /// </summary>
    public int? Views { get; init; }

    /// <summary>Epochs at the most, of everything but the linear head on features, which is solved.</summary>
    public int? Epochs { get; init; }

    /// <summary>Images in a mini-batch.</summary>
    public int? BatchSize { get; init; }

    /// <summary>What takes the steps.</summary>
    public OptimizerKind? Optimizer { get; init; }

    /// <summary>The largest step size; above 0.</summary>
    public double? LearningRate { get; init; }

    /// <summary>
    /// How the step size changes, as <see cref="Layers.Optimizers.Schedules.LearningRateSchedule.Parse"/> reads it.
    /// </summary>
    public string? Schedule { get; init; }

    /// <summary>What weights are pulled to zero with; biases and batch normalisation are spared.</summary>
    public double? WeightDecay { get; init; }

    /// <summary>
    /// Fine-tuning: the step size of each block of layers as a part of that of the block above it, above 0 to 1.
    /// </summary>
    public double? LayerDecay { get; init; }

    /// <summary>The largest norm that all gradients together may have.</summary>
    public double? ClipNorm { get; init; }

    /// <summary>The share of every target that is spread over all classes, 0 to below 1.</summary>
    public double? LabelSmoothing { get; init; }

    /// <summary>Whether errors on rare classes count more, so that all classes weigh alike.</summary>
    public bool BalanceClassWeights { get; init; }

    /// <summary>Which images an epoch shows: each once, or as many of each class.</summary>
    public Sampling Sampling { get; init; }

    /// <summary>
    /// How much a moving average of the weights keeps in each step, 0 to below 1; the averaged weights are what is
    /// used. 0 for none.
    /// </summary>
    public double? MovingAverage { get; init; }

    /// <summary>
    /// Epochs without a smaller validation loss before training stops, with the weights of the best one.
    /// </summary>
    public int? Patience { get; init; }

    /// <summary>How long training may take.</summary>
    public TimeSpan? TimeBudget { get; init; }

    /// <summary>How often a checkpoint is written within an epoch, at the most; after every step when zero.</summary>
    public TimeSpan CheckpointInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether the step size is looked for before training; the curve is written to the run folder.</summary>
    public bool FindLearningRate { get; init; }

    /// <summary>The linear head's L2 penalty; chosen by cross-validation when null.</summary>
    public double? L2 { get; init; }

    /// <summary>The part of each class that goes to validation where the dataset has no validation split.</summary>
    public double ValidationFraction { get; init; } = 0.2;

    /// <summary>
    /// The part of each class of the training images that is kept aside to set temperature and thresholds with; the
    /// linear head on features holds out every image in turn instead and learns from all. 0 for neither: probabilities
    /// are as they come, and there are no prediction sets.
    /// </summary>
    public double CalibrationFraction { get; init; } = 0.15;

    /// <summary>
    /// Whether the model is trained twice: first without the images that are kept aside, which set temperature and
    /// thresholds, then from all. That takes twice the time, and no image is lost to learning. The method's default
    /// when null.
    /// </summary>
    public bool? Refit { get; init; }

    /// <summary>The seed of everything that is drawn.</summary>
    public ulong Seed { get; init; }

    /// <summary>Whether a bad image stops the run; otherwise it is left out and listed.</summary>
    public bool FailOnBadImage { get; init; }

    /// <summary>How features are kept.</summary>
    public FeaturePrecision FeaturePrecision { get; init; }

    /// <summary>
    /// Whether convolutions are computed as plain sums, see <see cref="Layers.Inference.PlanOptions.Exact"/>. Slower;
    /// results differ in the last digits.
    /// </summary>
    public bool Exact { get; init; }

    /// <summary>Limits on the size of images.</summary>
    public ImageLimits Limits { get; init; } = new();

    /// <summary>The run folder; <c>runs/train</c>, <c>runs/train2</c>, ... when null.</summary>
    public string? Output { get; init; }
}
