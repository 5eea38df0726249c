using System.Text.Json.Serialization;
using Graft.Engines;
using Graft.Features.Backbones;
using Graft.Features.Storage;
using Graft.Imaging;
using Graft.Imaging.Augmentation;
using Graft.Layers.Optimizers;
using Graft.Learning.Batches;
using Graft.Learning.Heads;

namespace Graft.Training.Runs;

/// <summary>What to train, on what, and how. <see cref="MethodDefaults"/> fills in null settings.</summary>
public sealed record TrainingRequest
{
    /// <summary>The dataset's folder.</summary>
    public required string Data { get; init; }

    /// <summary>The training method.</summary>
    public TrainingMethod Method { get; init; }

    /// <summary>The trunk.</summary>
    public BackboneSource Backbone { get; init; } = new();

    /// <summary>The head.</summary>
    public HeadSpecification? Head { get; init; }

    /// <summary>Fine-tuning: the first stage or node to train, or <c>all</c>; null for the last stage.</summary>
    public string? Unfreeze { get; init; }

    /// <summary>
    /// Fine-tuning: whether unfrozen batch normalisation uses the statistics of its batches and updates its moving
    /// averages. Otherwise it keeps the pretrained statistics, which are usually better than those of small batches.
    /// </summary>
    public bool UnfreezeStatistics { get; init; }

    /// <summary>The augmentation of training images.</summary>
    public AugmentationOptions? Augmentation { get; init; }

    /// <summary>
    /// With <see cref="TrainingMethod.Features"/>: the number of views of each training image, including the one
    /// without augmentation.
    /// </summary>
    public int? Views { get; init; }

    /// <summary>The maximum number of epochs. Not used by the linear head on features, which has a solver.</summary>
    public int? Epochs { get; init; }

    /// <summary>The number of images in a mini-batch.</summary>
    public int? BatchSize { get; init; }

    /// <summary>The optimizer.</summary>
    public OptimizerKind? Optimizer { get; init; }

    /// <summary>The largest learning rate; above 0.</summary>
    public double? LearningRate { get; init; }

    /// <summary>
    /// The learning rate schedule, in the syntax of
    /// <see cref="Layers.Optimizers.Schedules.LearningRateSchedule.Parse"/>.
    /// </summary>
    public string? Schedule { get; init; }

    /// <summary>The weight decay. It is not applied to biases and batch normalisation.</summary>
    public double? WeightDecay { get; init; }

    /// <summary>
    /// Fine-tuning: the learning rate of each block of layers divided by that of the block above it; above 0, at most
    /// 1.
    /// </summary>
    public double? LayerDecay { get; init; }

    /// <summary>The maximum norm of all gradients together; larger gradients are scaled down.</summary>
    public double? ClipNorm { get; init; }

    /// <summary>The share of every target that is spread over all classes; at least 0, below 1.</summary>
    public double? LabelSmoothing { get; init; }

    /// <summary>
    /// Whether the loss weights classes so that each contributes equally, whatever its number of images.
    /// </summary>
    public bool BalanceClassWeights { get; init; }

    /// <summary>The sampling of images in an epoch: each once, or equally many of each class.</summary>
    public Sampling Sampling { get; init; }

    /// <summary>
    /// The decay of the moving average of the weights in each step; at least 0, below 1. The averaged weights become
    /// the model. 0 for no averaging.
    /// </summary>
    public double? MovingAverage { get; init; }

    /// <summary>
    /// Early stopping: the number of epochs without a lower validation loss before training stops. The weights of the
    /// best epoch are used.
    /// </summary>
    public int? Patience { get; init; }

    /// <summary>The maximum training time.</summary>
    public TimeSpan? TimeBudget { get; init; }

    /// <summary>The minimum interval between checkpoints within an epoch; zero for one after every step.</summary>
    public TimeSpan CheckpointInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Whether to search for a learning rate before training. The curve is written to the run folder.
    /// </summary>
    public bool FindLearningRate { get; init; }

    /// <summary>The linear head's L2 penalty; null to choose it by cross-validation.</summary>
    public double? L2 { get; init; }

    /// <summary>The share of each class that is used for validation if the dataset has no validation split.</summary>
    public double ValidationFraction { get; init; } = 0.2;

    /// <summary>
    /// The share of each class of the training images that forms the calibration split, which sets temperature and
    /// thresholds. The linear head on features uses out-of-fold logits instead and trains on all images. 0 for no
    /// calibration: probabilities are uncalibrated, and there are no prediction sets.
    /// </summary>
    public double CalibrationFraction { get; init; } = 0.15;

    /// <summary>
    /// Whether the model is trained twice: first without the calibration split to set temperature and thresholds, then
    /// on all images. That takes twice the time but uses all images for training. Null for the method's default.
    /// </summary>
    public bool? Refit { get; init; }

    /// <summary>The seed of all random numbers.</summary>
    public ulong Seed { get; init; }

    /// <summary>Whether a bad image ends the run with an error; otherwise it is left out and listed.</summary>
    public bool FailOnBadImage { get; init; }

    /// <summary>The precision of features in the store.</summary>
    public FeaturePrecision FeaturePrecision { get; init; }

    /// <summary>What runs frozen layers; Graft's own engine by default.</summary>
    // arguments.json has its name beside the request.
    [JsonIgnore]
    public IEngine Engine { get; init; } = GraftEngine.Default;

    /// <summary>Limits on the size of images.</summary>
    public ImageLimits Limits { get; init; } = new();

    /// <summary>The run folder; null for <c>runs/train</c>, <c>runs/train2</c> and so on.</summary>
    public string? Output { get; init; }
}
