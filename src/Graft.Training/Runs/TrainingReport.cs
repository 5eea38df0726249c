using Graft.Classification.Confidence;
using Graft.Features.Backbones;
using Graft.Learning.Evaluation;
using Graft.Training.Measurement;

namespace Graft.Training.Runs;

/// <summary>
/// What a run did and how well it did: what <c>graft train --json</c> prints and <c>report.json</c> holds.
/// </summary>
public sealed record TrainingReport
{
    /// <summary>The names of the classes, in ordinal order.</summary>
    public required IReadOnlyList<string> Classes { get; init; }

    /// <summary>Training images, without the bad ones, those that were kept aside among them.</summary>
    public required int TrainImages { get; init; }

    /// <summary>Validation images, without the bad ones.</summary>
    public required int ValidationImages { get; init; }

    /// <summary>Test images, without the bad ones.</summary>
    public required int TestImages { get; init; }

    /// <summary>Training images with which temperature and thresholds were set.</summary>
    public int HeldOutImages { get; init; }

    /// <summary>
    /// How those were held out: in turn, so that the classifier learned from all training images, or kept aside; null
    /// where none were.
    /// </summary>
    public HoldOut? HoldOut { get; init; }

    /// <summary>What logits are divided by so that probabilities mean what they say; null where none was set.</summary>
    public double? Temperature { get; init; }

    /// <summary>Images that were left out; they are listed in <c>bad-images.csv</c>.</summary>
    public required int BadImages { get; init; }

    /// <summary>How it learned.</summary>
    public required TrainingMethod Method { get; init; }

    /// <summary>The head, as in <c>--head</c>.</summary>
    public required string Head { get; init; }

    /// <summary>The first stage or node of the trunk that learned too; null where the trunk is as it was.</summary>
    public string? Unfrozen { get; init; }

    /// <summary>
    /// How training images were changed at random, as <see cref="Imaging.Augmentation.AugmentationOptions.Parse"/>
    /// reads it.
    /// </summary>
    public required string Augmentation { get; init; }

    /// <summary>How many numbers learned.</summary>
    public required long TrainableParameters { get; init; }

    /// <summary>Why training ended before its last epoch, a clause; null where it did not.</summary>
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

    /// <summary>
    /// Whether prediction sets and the detection of unknown things keep what they state on the validation images.
    /// </summary>
    public LimitsReport? ValidationLimits { get; init; }

    /// <summary>Top-1 accuracy on the test images, 0 to 1; null without any.</summary>
    public double? TestAccuracy { get; init; }

    /// <summary>The 95 % interval of <see cref="TestAccuracy"/>.</summary>
    public ConfidenceInterval? TestAccuracyInterval { get; init; }

    /// <summary>Top-5 accuracy on the test images, 0 to 1; null without any.</summary>
    public double? TestTop5 { get; init; }

    /// <summary>The expected calibration error on the test images, 0 to 1.</summary>
    public double? TestCalibrationError { get; init; }

    /// <summary>
    /// Whether prediction sets and the detection of unknown things keep what they state on the test images.
    /// </summary>
    public LimitsReport? TestLimits { get; init; }

    /// <summary>Mean cross-entropy on the test images, in nats; null without any.</summary>
    public double? TestLoss { get; init; }

    /// <summary>
    /// Validation and test images whose picture is among the training images, and accuracy without them; null in
    /// reports of older versions.
    /// </summary>
    public LeakFigures? Leaks { get; init; }

    /// <summary>Whether the validation images decided when training stopped, so that their figures flatter.</summary>
    public required bool ValidationDecidedStopping { get; init; }

    /// <summary>Epochs that were run; for the linear head iterations of its solver.</summary>
    public required int Epochs { get; init; }

    /// <summary>The linear head's L2 penalty.</summary>
    public double? L2 { get; init; }

    /// <summary>The number of features computed by this run.</summary>
    public required int FeaturesComputed { get; init; }

    /// <summary>The number of features read from the feature store.</summary>
    public required int FeaturesReused { get; init; }

    /// <summary>With 16-bit features: the norm of the rounding errors over the norm of the features.</summary>
    public double? FeatureRoundingError { get; init; }

    /// <summary>
    /// With 16-bit features: how many validation images are called another class than with 32 bits; null where that is
    /// not known.
    /// </summary>
    public int? PredictionsChangedByRounding { get; init; }

    /// <summary>
    /// With 16-bit features: the validation accuracy with 32 bits, 0 to 1; null where that is not known.
    /// </summary>
    public double? ValidationAccuracyWithoutRounding { get; init; }

    /// <summary>The size of the feature store in bytes.</summary>
    public required long FeatureStoreBytes { get; init; }

    /// <summary>Seconds from the first file read to the last feature.</summary>
    public required double FeatureSeconds { get; init; }

    /// <summary>
    /// The time spent on decoding in seconds, summed over threads. Most of it overlaps with the network.
    /// </summary>
    public required double DecodeSeconds { get; init; }

    /// <summary>The time spent in the network in seconds.</summary>
    public required double NetworkSeconds { get; init; }

    /// <summary>Seconds that fitting the head took.</summary>
    public required double TrainSeconds { get; init; }

    /// <summary>Seconds of the whole run.</summary>
    public required double TotalSeconds { get; init; }

    /// <summary>The run folder.</summary>
    public required string Run { get; init; }

    /// <summary>The model file.</summary>
    public required string Model { get; init; }
}
