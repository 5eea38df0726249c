using System.Diagnostics;
using Graft.Classification;
using Graft.Classification.Confidence;
using Graft.Data;
using Graft.Features;
using Graft.Features.Backbones;
using Graft.Features.Storage;
using Graft.Learning.Heads;
using Graft.Models.Downloads;
using Graft.Tensors;
using Graft.Training.Measurement;
using Graft.Training.Reporting;
using Graft.Training.Runs;

namespace Graft.Training;

/// <summary>One run from images to a classifier and the files of its folder.</summary>
internal sealed class TrainingRun(
    GraftHome home,
    WorkerPool workers,
    RunFolder folder,
    TrainingRequest request,
    TrainingImages images,
    Stopwatch clock,
    IProgress<RunProgress>? progress,
    CancellationToken cancellationToken
)
{
    /// <summary>Does all the work; where a checkpoint is in the folder, from there.</summary>
    public TrainingReport Execute()
    {
        progress?.Report(new(RunPhase.Backbone));
        using var backbone = LoadBackbone();
        RunBackbone.TellAssumed(backbone, progress);
        HeadNetworks.RequireSuitable(request.Head!, backbone.Network.OutputShape);
        if (request.Method == TrainingMethod.FineTune)
            TrunkLayers.Choose(backbone.Network, request.Unfreeze);
        var preprocessing = backbone.Preprocessing;
        using var store = RunFeatures.OpenStore(home, progress);

        var featureClock = Stopwatch.StartNew();
        using var features = Extract(backbone, store, images);
        var featureSeconds = featureClock.Elapsed.TotalSeconds;
        RunFiles.WriteBadImages(folder, features.Extraction.Bad);
        images.RequireEveryClass(features.Extraction.Bad);

        var trainClock = Stopwatch.StartNew();
        var (splits, known) = SplitAndCalibrate(features, store);
        using var model = Fit(backbone, store, splits, RunPhase.Head);
        var trainSeconds = trainClock.Elapsed.TotalSeconds;
        // What follows needs features, and plans of its own.
        backbone.FreePlan();

        progress?.Report(new(RunPhase.Evaluate));
        // A trunk that learned says something else of every image, and the model file is measured as it is.
        using var own = model.Unfrozen is null ? null : Extract(model.Trunk!, store, images);
        if (own is not null)
            splits = splits.WithFeatures(own);
        var confidence = known is null
            ? ModelCalibration.Set(request, model, splits, workers, cancellationToken)
            : ModelCalibration.Take(known, request, model, splits, workers);
        var results = splits.Evaluate(model.Head, confidence, workers, cancellationToken);
        RunFiles.WriteHistory(folder, model.History);
        RunFiles.WriteMetrics(folder, results, model, confidence);
        RunFiles.WritePredictions(folder.Predictions, images.ClassNames, results);
        var rounding = RoundingCost.Measure(splits.Validation, model.Head, workers, cancellationToken);
        WriteModel(splits, model.Trunk ?? backbone, model, confidence, store);
        RunFiles.WriteNeighbours(folder, images.ClassNames, splits, workers);

        var leaks = LeakCheck.Run(
            folder,
            images,
            features,
            ImageFactTable.Create(store, preprocessing),
            request,
            preprocessing,
            results,
            workers,
            cancellationToken
        );
        var train = results[0].Metrics!;
        var (validation, test) = (results[1].Metrics, results[2].Metrics);
        var report = new TrainingReport
        {
            Classes = images.ClassNames,
            TrainImages = splits.AllTraining.Count,
            HeldOutImages = confidence?.Images ?? 0,
            HoldOut = confidence is { Images: > 0 } ? confidence.HoldOut : null,
            Temperature = confidence?.Sets is null ? null : confidence.Temperature,
            ValidationImages = splits.Validation.Count,
            TestImages = splits.Test.Count,
            BadImages = features.Extraction.Bad.Count,
            Method = request.Method,
            Backbone = BackboneUse.From(backbone),
            Head = request.Head!.ToString(),
            Unfrozen = model.Unfrozen,
            Augmentation = request.Augmentation!.ToString(),
            TrainableParameters = model.TrainableParameters,
            StopReason = model.StopReason,
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
            Leaks = leaks,
            TestAccuracyInterval = test?.Intervals.Accuracy,
            TestLimits = test?.Limits,
            TestCalibrationError = test?.Calibration.ExpectedError,
            ValidationDecidedStopping = model.ValidationDecidedStopping,
            Epochs = model.Epochs,
            L2 = model.L2,
            FeaturesComputed = features.Extraction.Computed,
            FeaturesReused = features.Extraction.Reused,
            FeatureRoundingError =
                request.FeaturePrecision == FeaturePrecision.Float16 ? features.Extraction.RoundingError : null,
            PredictionsChangedByRounding = rounding?.PredictionsChanged,
            ValidationAccuracyWithoutRounding = rounding?.ExactAccuracy,
            FeatureStoreBytes = store.SizeBytes,
            FeatureSeconds = featureSeconds,
            DecodeSeconds = features.Extraction.DecodeSeconds,
            NetworkSeconds = features.Extraction.NetworkSeconds,
            TrainSeconds = trainSeconds,
            TotalSeconds = clock.Elapsed.TotalSeconds,
            Run = folder.Path,
            Model = folder.Model,
        };
        new RunReport(folder, request, report, images.ClassNames, splits, results, model).Write(
            store,
            workers,
            cancellationToken
        );
        report = report with { TotalSeconds = clock.Elapsed.TotalSeconds };
        RunFiles.WriteReport(folder, report);
        return report;
    }

    /// <summary>
    /// Divides the images. Where a training without some comes before the one from all, that has been done, and what it
    /// said of those images comes with them.
    /// </summary>
    private (FeatureSplits Splits, ModelConfidence? Known) SplitAndCalibrate(FeatureSet features, FeatureStore store)
    {
        var splits = new FeatureSplits(images, features, request);
        if (request.Refit != true || splits.Calibration.Count == 0)
            return (splits, null);
        var known = RunFiles.ReadCalibration(folder) ?? TrainWithoutCalibrationSplit(splits, store);
        if (Directory.Exists(folder.CalibrationCheckpoint))
            Directory.Delete(folder.CalibrationCheckpoint, recursive: true);
        return (new FeatureSplits(images, features, request with { CalibrationFraction = 0 }), known);
    }

    private ModelConfidence? TrainWithoutCalibrationSplit(FeatureSplits splits, FeatureStore store)
    {
        using var backbone = LoadBackbone();
        using var model = Fit(backbone, store, splits, RunPhase.Calibration);
        backbone.FreePlan();
        var learnable = new TrainingImages(images.ClassNames, images.Training, [], []);
        using var own = model.Unfrozen is null ? null : Extract(model.Trunk!, store, learnable);
        var confidence = ModelCalibration.Set(
            request,
            model,
            own is null ? splits : new FeatureSplits(learnable, own, request),
            workers,
            cancellationToken
        );
        if (confidence is not null)
            RunFiles.WriteCalibration(folder, confidence);
        return confidence;
    }

    private FittedModel Fit(Backbone backbone, FeatureStore store, FeatureSplits splits, RunPhase phase)
    {
        progress?.Report(new(phase));
        var trainer = new RunTrainer(folder, request, backbone.Digest, phase, workers, progress, cancellationToken);
        if (request.Method == TrainingMethod.Features)
        {
            using var views = request.Views > 1 ? ExtractViews(backbone, store, splits) : null;
            return HeadFitting.Fit(
                request,
                splits,
                views,
                images.ClassNames.Count,
                trainer,
                workers,
                cancellationToken
            );
        }

        var boundary = new BoundaryFeatures(LoadBackbone, store, Extraction, workers, progress);
        return new NetworkFitting(request, images.ClassNames.Count, trainer, boundary, workers).Fit(
            backbone,
            splits,
            cancellationToken
        );
    }

    private FeatureExtractorOptions Extraction =>
        new()
        {
            Limits = request.Limits,
            Precision = request.FeaturePrecision,
            FailOnBadImage = request.FailOnBadImage,
        };

    private FeatureViewSet ExtractViews(Backbone backbone, FeatureStore store, FeatureSplits splits)
    {
        var views = FeatureView.Several(request.Augmentation!, request.Views!.Value, request.Seed);
        return RunFeatures.ExtractViews(
            backbone,
            store,
            workers,
            Extraction,
            views,
            [.. splits.ImagesOf(splits.Training).Select(image => image.Content)],
            progress,
            cancellationToken
        );
    }

    private FeatureSet Extract(Backbone backbone, FeatureStore store, TrainingImages images) =>
        RunFeatures.Extract(
            new FeatureExtractor(
                backbone,
                store,
                workers,
                Extraction with
                {
                    Facts = ImageFactTable.Create(store, backbone.Preprocessing),
                }
            ),
            [.. images.All.Select(image => image.Content)],
            progress,
            cancellationToken
        );

    private Backbone LoadBackbone() =>
        RunBackbone.Load(
            home,
            request.Backbone,
            request.Head!.IsSpatial ? FeatureKind.Spatial : FeatureKind.Pooled,
            new() { Exact = request.Exact },
            onlyRuns: false,
            progress,
            cancellationToken
        );

    private void WriteModel(
        FeatureSplits splits,
        Backbone backbone,
        FittedModel model,
        ModelConfidence? confidence,
        FeatureStore store
    )
    {
        var provenance = new Provenance
        {
            Graft = GraftVersion.Current,
            Backbone = backbone.Name,
            BackboneDigest = backbone.Digest,
            BackboneLicence = backbone.Licence,
            Head = request.Head!.ToString(),
            Seed = request.Seed,
            TrainingImages = splits.Training.Count,
            ValidationImages = splits.Validation.Count,
            L2 = model.L2,
        };
        var metadata = new ClassifierMetadata(images.ClassNames, backbone.Preprocessing, backbone.Node, provenance)
        {
            Confidence = confidence,
            // A trunk that has learned is another one after every run.
            Golden = model.Unfrozen is null ? new GoldenFeatures(store, workers).AnswersOf(backbone, model.Head) : null,
        };
        using var network = backbone.TakeNetwork();
        ClassifierFile.Write(folder.Model, network, model.Head, metadata);
    }
}
