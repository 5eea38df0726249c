using Graft.Classification.Confidence;
using Graft.Features.Backbones;
using Graft.Learning.Evaluation;
using Graft.Training.Measurement;

namespace Graft.Training.Runs;

/// <summary>
/// The result of a training run, as <c>graft train --json</c> prints it and <c>report.json</c> holds it.
/// </summary>
public sealed record TrainingReport
{
    /// <summary>The names of the classes, in ordinal order.</summary>
    public required IReadOnlyList<string> Classes { get; init; }

    /// <summary>The number of good training images, including the calibration split.</summary>
    public required int TrainImages { get; init; }

    /// <summary>
    /// The number of images that the final model was trained on: all training images, except the calibration split if
    /// the model was not trained again on all images.
    /// </summary>
    public int TrainedImages =>
        HoldOut == Classification.Confidence.HoldOut.CalibrationSplit ? TrainImages - HeldOutImages : TrainImages;

    /// <summary>The number of good validation images.</summary>
    public required int ValidationImages { get; init; }

    /// <summary>The number of good test images.</summary>
    public required int TestImages { get; init; }

    /// <summary>The number of held-out training images that set temperature and thresholds.</summary>
    public int HeldOutImages { get; init; }

    /// <summary>How those images were held out; null if none were.</summary>
    public HoldOut? HoldOut { get; init; }

    /// <summary>The divisor of the logits that calibrates the probabilities; null if none was set.</summary>
    public double? Temperature { get; init; }

    /// <summary>The number of bad images, which were left out; <c>bad-images.csv</c> lists them.</summary>
    public required int BadImages { get; init; }

    /// <summary>The training method.</summary>
    public required TrainingMethod Method { get; init; }

    /// <summary>The head, in the syntax of <c>--head</c>.</summary>
    public required string Head { get; init; }

    /// <summary>The first stage or node of the trunk that was trained; null if the trunk is unchanged.</summary>
    public string? Unfrozen { get; init; }

    /// <summary>
    /// The augmentation of the training images, in the syntax of
    /// <see cref="Imaging.Augmentation.AugmentationOptions.Parse"/>.
    /// </summary>
    public required string Augmentation { get; init; }

    /// <summary>The number of trainable scalar values.</summary>
    public required long TrainableParameters { get; init; }

    /// <summary>The reason for ending before the last epoch, as a clause; null if all epochs were run.</summary>
    public string? StopReason { get; init; }

    /// <summary>The trunk and its preprocessing.</summary>
    public required BackboneUse Backbone { get; init; }

    /// <summary>Top-1 accuracy on the training images, 0 to 1.</summary>
    public required double TrainAccuracy { get; init; }

    /// <summary>Mean cross-entropy on the training images, in nats.</summary>
    public required double TrainLoss { get; init; }

    /// <summary>Top-1 accuracy on the validation images, 0 to 1; null without any.</summary>
    public double? ValidationAccuracy { get; init; }

    /// <summary>Top-5 accuracy on the validation images, 0 to 1; null without any.</summary>
    public double? ValidationTop5 { get; init; }

    /// <summary>Mean cross-entropy on the validation images, in nats; null without any.</summary>
    public double? ValidationLoss { get; init; }

    /// <summary>The 95 % interval of <see cref="ValidationAccuracy"/>.</summary>
    public ConfidenceInterval? ValidationAccuracyInterval { get; init; }

    /// <summary>The expected calibration error on the validation images, 0 to 1.</summary>
    public double? ValidationCalibrationError { get; init; }

    /// <summary>The measured coverage of prediction sets and rate of unknown images on the validation images.</summary>
    public LimitsReport? ValidationLimits { get; init; }

    /// <summary>Top-1 accuracy on the test images, 0 to 1; null without any.</summary>
    public double? TestAccuracy { get; init; }

    /// <summary>The 95 % interval of <see cref="TestAccuracy"/>.</summary>
    public ConfidenceInterval? TestAccuracyInterval { get; init; }

    /// <summary>Top-5 accuracy on the test images, 0 to 1; null without any.</summary>
    public double? TestTop5 { get; init; }

    /// <summary>The expected calibration error on the test images, 0 to 1.</summary>
    public double? TestCalibrationError { get; init; }

    /// <summary>The measured coverage of prediction sets and rate of unknown images on the test images.</summary>
    public LimitsReport? TestLimits { get; init; }

    /// <summary>Mean cross-entropy on the test images, in nats; null without any.</summary>
    public double? TestLoss { get; init; }

    /// <summary>
    /// Validation and test images that duplicate a training image, and the accuracy without them; null in reports of
    /// older versions.
    /// </summary>
    public LeakFigures? Leaks { get; init; }

    /// <summary>Whether validation figures influenced the training and are therefore optimistic.</summary>
    public required bool ValidationDecidedStopping { get; init; }

    /// <summary>The number of epochs, or of iterations of the linear head's solver.</summary>
    public required int Epochs { get; init; }

    /// <summary>The linear head's L2 penalty.</summary>
    public double? L2 { get; init; }

    /// <summary>The number of features computed by this run.</summary>
    public required int FeaturesComputed { get; init; }

    /// <summary>The number of features read from the feature store.</summary>
    public required int FeaturesReused { get; init; }

    /// <summary>With float16 features: the norm of the rounding errors divided by the norm of the features.</summary>
    public double? FeatureRoundingError { get; init; }

    /// <summary>
    /// With float16 features: the number of validation images with another prediction than with float32; null if not
    /// known.
    /// </summary>
    public int? PredictionsChangedByRounding { get; init; }

    /// <summary>With float16 features: the validation accuracy with float32, 0 to 1; null if not known.</summary>
    public double? ValidationAccuracyWithoutRounding { get; init; }

    /// <summary>The size of the feature store in bytes.</summary>
    public required long FeatureStoreBytes { get; init; }

    /// <summary>The time spent on feature extraction in seconds.</summary>
    public required double FeatureSeconds { get; init; }

    /// <summary>
    /// The time spent on decoding in seconds, summed over threads. Most of it overlaps with the network.
    /// </summary>
    public required double DecodeSeconds { get; init; }

    /// <summary>The time spent in the network in seconds.</summary>
    public required double NetworkSeconds { get; init; }

    /// <summary>The time spent on training in seconds.</summary>
    public required double TrainSeconds { get; init; }

    /// <summary>The time of the whole run in seconds.</summary>
    public required double TotalSeconds { get; init; }

    /// <summary>The path of the run folder.</summary>
    public required string Run { get; init; }

    /// <summary>The path of the model file.</summary>
    public required string Model { get; init; }
}
