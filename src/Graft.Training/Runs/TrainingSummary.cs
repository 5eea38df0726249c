using Graft.Classification.Confidence;
using Graft.Data;
using Graft.Features;
using Graft.Features.Backbones;
using Graft.Features.Storage;
using Graft.Training.Measurement;

namespace Graft.Training.Runs;

/// <summary>Collects the results of a run and makes its report.</summary>
/// <param name="request">The training request with all defaults filled in.</param>
/// <param name="folder">The run's folder.</param>
/// <param name="images">The images.</param>
/// <param name="backbone">The backbone that computed the features.</param>
/// <param name="extraction">The statistics of feature extraction.</param>
/// <param name="splits">The features by split.</param>
internal sealed class TrainingSummary(
    TrainingRequest request,
    RunFolder folder,
    ImageDataset images,
    Backbone backbone,
    FeatureExtraction extraction,
    FeatureSplits splits
)
{
    /// <summary>The trained model.</summary>
    public required FittedModel Model { get; init; }

    /// <summary>The model's confidence settings; null if no image was held out.</summary>
    public required ModelConfidence? Confidence { get; init; }

    /// <summary>The results on every split.</summary>
    public required SplitResults Results { get; init; }

    /// <summary>The cost of rounding features; null if not measured.</summary>
    public required RoundingCost? Rounding { get; init; }

    /// <summary>Leaks between the splits.</summary>
    public required LeakFigures Leaks { get; init; }

    /// <summary>The time spent on features in seconds.</summary>
    public required double FeatureSeconds { get; init; }

    /// <summary>The time spent on training in seconds.</summary>
    public required double TrainSeconds { get; init; }

    /// <summary>The size of the feature store in bytes.</summary>
    public required long FeatureStoreBytes { get; init; }

    /// <summary>Makes the report.</summary>
    /// <param name="elapsed">The time since the run began.</param>
    public TrainingReport Report(TimeSpan elapsed)
    {
        var train = Results.Training.Metrics!;
        var (validation, test) = (Results.Validation.Metrics, Results.Test.Metrics);
        return new TrainingReport
        {
            Classes = images.ClassNames,
            TrainImages = splits.AllTraining.Count,
            HeldOutImages = Confidence?.Images ?? 0,
            HoldOut = Confidence is { Images: > 0 } ? Confidence.HoldOut : null,
            Temperature = Confidence?.Sets is null ? null : Confidence.Temperature,
            ValidationImages = splits.Validation.Count,
            TestImages = splits.Test.Count,
            BadImages = extraction.Bad.Count,
            Method = request.Method,
            Backbone = BackboneUse.From(backbone),
            Head = request.Head!.ToString(),
            Unfrozen = Model.Unfrozen,
            Augmentation = request.Augmentation!.ToString(),
            TrainableParameters = Model.TrainableParameters,
            StopReason = Model.StopReason,
            TrainAccuracy = train.Accuracy,
            TrainLoss = train.Loss,
            ValidationAccuracy = validation?.Accuracy,
            ValidationTop5 = validation?.Top5,
            ValidationLoss = validation?.Loss,
            ValidationAccuracyInterval = validation?.Intervals.Accuracy,
            ValidationLimits = validation?.Limits,
            ValidationCalibrationError = validation?.Calibration.ExpectedError,
            TestAccuracy = test?.Accuracy,
            TestTop5 = test?.Top5,
            TestLoss = test?.Loss,
            Leaks = Leaks,
            TestAccuracyInterval = test?.Intervals.Accuracy,
            TestLimits = test?.Limits,
            TestCalibrationError = test?.Calibration.ExpectedError,
            ValidationDecidedStopping = Model.ValidationDecidedStopping,
            Epochs = Model.Epochs,
            L2 = Model.L2,
            FeaturesComputed = extraction.Computed,
            FeaturesReused = extraction.Reused,
            FeatureRoundingError =
                request.FeaturePrecision == FeaturePrecision.Float16 ? extraction.RoundingError : null,
            PredictionsChangedByRounding = Rounding?.PredictionsChanged,
            ValidationAccuracyWithoutRounding = Rounding?.ExactAccuracy,
            FeatureStoreBytes = FeatureStoreBytes,
            FeatureSeconds = FeatureSeconds,
            DecodeSeconds = extraction.DecodeSeconds,
            NetworkSeconds = extraction.NetworkSeconds,
            TrainSeconds = TrainSeconds,
            TotalSeconds = elapsed.TotalSeconds,
            Run = folder.Path,
            Model = folder.Model,
        };
    }
}
