using System.Diagnostics;
using Graft.Classification;
using Graft.Classification.Confidence;
using Graft.Data;
using Graft.Features;
using Graft.Features.Backbones;
using Graft.Features.Storage;
using Graft.Imaging;
using Graft.Learning.Heads;
using Graft.Models.Downloads;
using Graft.Tensors;
using Graft.Training.Measurement;
using Graft.Training.Reporting;
using Graft.Training.Runs;

namespace Graft.Training;

/// <summary>One training run, from images to a classifier and the files of the run folder.</summary>
internal sealed class TrainingRun(
    GraftHome home,
    WorkerPool workers,
    RunFolder folder,
    TrainingRequest request,
    ImageDataset images,
    Stopwatch clock,
    IProgress<RunProgress>? progress,
    CancellationToken cancellationToken
)
{
    /// <summary>Executes the run, continuing from the folder's checkpoint if there is one.</summary>
    public TrainingReport Execute()
    {
        using var backbone = PrepareBackbone();
        using var store = RunFeatures.OpenStore(home, progress);
        var featureClock = Stopwatch.StartNew();
        using var features = ExtractAll(backbone, store);
        var featureSeconds = featureClock.Elapsed.TotalSeconds;

        var trainClock = Stopwatch.StartNew();
        var (splits, known) = SplitAndCalibrate(features, store);
        using var model = Fit(backbone, store, splits, RunPhase.Head);
        var trainSeconds = trainClock.Elapsed.TotalSeconds;
        // The rest needs features only, and makes its own plans.
        backbone.FreeCompiled();

        progress?.Report(new(RunPhase.Evaluate));
        // A trained trunk gives different features, and the final model is the one to measure.
        using var own = model.Unfrozen is null ? null : Extract(model.Trunk!, store, images);
        if (own is not null)
            splits = splits.WithFeatures(own);
        var confidence = Calibrate(known, model, splits);
        var results = splits.Evaluate(model.Head, confidence, workers, cancellationToken);
        WriteResults(results, model, confidence);
        var rounding = RoundingCost.Measure(splits.Validation, model.Head, workers, cancellationToken);
        using var network = WriteModel(splits, model.Trunk ?? backbone, model, confidence, store);
        RunFiles.WriteNeighbours(folder, images.ClassNames, splits, workers);
        var leaks = FindLeaks(features, store, backbone.Preprocessing, results);
        var report = new TrainingSummary(request, folder, images, backbone, features.Extraction, splits)
        {
            Model = model,
            Confidence = confidence,
            Results = results,
            Rounding = rounding,
            Leaks = leaks,
            FeatureSeconds = featureSeconds,
            TrainSeconds = trainSeconds,
            FeatureStoreBytes = store.SizeBytes,
        }.Report(clock.Elapsed);
        new RunReport(folder, request, report, images.ClassNames, splits, results, model, network).Write(
            store,
            workers,
            cancellationToken
        );
        report = report with { TotalSeconds = clock.Elapsed.TotalSeconds };
        RunFiles.WriteReport(folder, report);
        return report;
    }

    /// <summary>Loads the backbone and checks that the request fits it, before the expensive work.</summary>
    private Backbone PrepareBackbone()
    {
        progress?.Report(new(RunPhase.Backbone));
        var backbone = LoadBackbone();
        try
        {
            RunBackbone.TellAssumed(backbone, progress);
            HeadNetworks.RequireSuitable(request.Head!, backbone.Network.OutputShape);
            if (request.Method == TrainingMethod.FineTune)
                TrunkLayers.Choose(backbone.Network, backbone.Stages, request.Unfreeze);
            return backbone;
        }
        catch
        {
            backbone.Dispose();
            throw;
        }
    }

    /// <summary>Extracts the features of all images and lists the bad ones.</summary>
    private FeatureSet ExtractAll(Backbone backbone, FeatureStore store)
    {
        var features = Extract(backbone, store, images);
        try
        {
            RunFiles.WriteBadImages(folder, features.Extraction.Bad);
            images.RequireEveryClass(features.Extraction.Bad);
            return features;
        }
        catch
        {
            features.Dispose();
            throw;
        }
    }

    private ModelConfidence? Calibrate(ModelConfidence? known, FittedModel model, FeatureSplits splits) =>
        known is null
            ? ModelCalibration.Set(request, model, splits, workers, cancellationToken)
            : ModelCalibration.Take(known, request, model, splits, workers);

    private void WriteResults(SplitResults results, FittedModel model, ModelConfidence? confidence)
    {
        RunFiles.WriteHistory(folder, model.History);
        RunFiles.WriteMetrics(folder, results, model, confidence);
        RunFiles.WritePredictions(folder.Predictions, images.ClassNames, results.All);
    }

    private LeakFigures FindLeaks(
        FeatureSet features,
        FeatureStore store,
        Preprocessing preprocessing,
        SplitResults results
    ) =>
        LeakCheck.Run(
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

    /// <summary>
    /// Divides the images. If the model is to be refitted on all images, first trains it without the calibration split
    /// and returns the resulting confidence settings.
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
        backbone.FreeCompiled();
        var learnable = new ImageDataset(images.ClassNames, images.Training, [], []);
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
            [.. splits.ImagesOf(splits.Training)],
            progress,
            cancellationToken
        );
    }

    private FeatureSet Extract(Backbone backbone, FeatureStore store, ImageDataset images) =>
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
            images.All,
            progress,
            cancellationToken
        );

    private Backbone LoadBackbone() =>
        RunBackbone.Load(
            home,
            request.Backbone,
            request.Head!.IsSpatial ? FeatureKind.Spatial : FeatureKind.Pooled,
            request.Engine,
            onlyRuns: false,
            progress,
            cancellationToken
        );

    /// <summary>Writes the model file.</summary>
    /// <returns>The network in the file; owned by the caller.</returns>
    private TrainedNetwork WriteModel(
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
            // A trained trunk is different after every run.
            Golden = model.Unfrozen is null ? new GoldenFeatures(store, workers).AnswersOf(backbone, model.Head) : null,
        };
        var (name, node) = (backbone.Name, backbone.Node);
        var network = backbone.TakeNetwork();
        try
        {
            ClassifierFile.Write(folder.Model, network, model.Head, metadata);
            return new TrainedNetwork(network, name, node, metadata.Preprocessing);
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }
}
