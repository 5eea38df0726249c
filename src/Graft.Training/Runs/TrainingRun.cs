using System.Diagnostics;
using Graft.Models;
using Graft.Tensors;
using Graft.Training.Backbones;
using Graft.Training.Classification;
using Graft.Training.Features;
using Graft.Training.Fitting;
using Graft.Training.Heads;

namespace Graft.Training.Runs;

/// <summary>One run from images to a classifier and the files of its folder.</summary>
internal sealed class TrainingRun(
    GraftHome home,
    WorkerPool workers,
    RunFolder folder,
    TrainingRequest request,
    TrainingImages images,
    Stopwatch clock,
    IProgress<RunProgress>? progress,
    CancellationToken cancellationToken)
{
    /// <summary>Does all the work; where a checkpoint is in the folder, from there.</summary>
    public TrainingReport Execute()
    {
        progress?.Report(new(RunPhase.Backbone));
        using var backbone = LoadBackbone();
        HeadNetworks.RequireSuitable(request.Head, backbone.Network.OutputShape);
        using var store = RunFeatures.OpenStore(home, progress);

        var featureClock = Stopwatch.StartNew();
        var extractor = new FeatureExtractor(backbone, store, workers, new FeatureExtractorOptions
        {
            Limits = request.Limits,
            Precision = request.FeaturePrecision,
            FailOnBadImage = request.FailOnBadImage,
        });
        using var features = RunFeatures.Extract(extractor, [.. images.All.Select(image => image.Content)], progress, cancellationToken);
        var featureSeconds = featureClock.Elapsed.TotalSeconds;
        RunFiles.WriteBadImages(folder, features.Extraction.Bad);
        images.RequireEveryClass(features.Extraction.Bad);

        progress?.Report(new(RunPhase.Head));
        var splits = new FeatureSplits(images, features);
        var headClock = Stopwatch.StartNew();
        using var head = FittedHead.Fit(request, splits, images.ClassNames.Count, workers, Epochs(), cancellationToken);
        var trainSeconds = headClock.Elapsed.TotalSeconds;

        progress?.Report(new(RunPhase.Evaluate));
        var results = splits.Evaluate(head.Network, images.ClassNames, workers, cancellationToken);
        RunFiles.WriteHistory(folder, head.History);
        RunFiles.WriteMetrics(folder, results, head);
        RunFiles.WritePredictions(folder, images.ClassNames, results);
        var rounding = RoundingCost.Measure(splits.Validation, head.Network, workers, cancellationToken);
        WriteModel(splits, backbone, head);

        var train = results[0].Metrics!;
        var (validation, test) = (results[1].Metrics, results[2].Metrics);
        var report = new TrainingReport
        {
            Classes = images.ClassNames,
            TrainImages = splits.Training.Count,
            ValidationImages = splits.Validation.Count,
            TestImages = splits.Test.Count,
            BadImages = features.Extraction.Bad.Count,
            Method = request.Method,
            Head = request.Head.ToString(),
            TrainAccuracy = train.Accuracy,
            TrainLoss = train.Loss,
            ValidationAccuracy = validation?.Accuracy,
            ValidationTop5 = validation?.Top5,
            ValidationLoss = validation?.Loss,
            TestAccuracy = test?.Accuracy,
            TestLoss = test?.Loss,
            ValidationDecidedStopping = head.ValidationDecidedStopping,
            Epochs = head.Epochs,
            L2 = head.L2,
            FeaturesComputed = features.Extraction.Computed,
            FeaturesReused = features.Extraction.Reused,
            FeatureRoundingError = request.FeaturePrecision == FeaturePrecision.Bits16 ? features.Extraction.RoundingError : null,
            PredictionsChangedByRounding = rounding?.PredictionsChanged,
            ValidationAccuracyWithoutRounding = rounding?.ExactAccuracy,
            FeatureStoreBytes = store.SizeBytes,
            FeatureSeconds = featureSeconds,
            TrainSeconds = trainSeconds,
            TotalSeconds = clock.Elapsed.TotalSeconds,
            Run = folder.Path,
            Model = folder.Model,
        };
        RunFiles.WriteReport(folder, report);
        return report;
    }

    private Backbone LoadBackbone()
    {
        var pulls = progress is null ? null : new Relay<PullProgress>(value => progress.Report(new(RunPhase.Backbone) { Pull = value }));
        return Backbone.Load(new ModelStore(home), request.Backbone, request.ImageSize, request.Resize, request.Head.IsSpatial, pulls, cancellationToken);
    }

    private void WriteModel(FeatureSplits splits, Backbone backbone, FittedHead head)
    {
        var provenance = new Provenance
        {
            Graft = GraftVersion.Current,
            Backbone = backbone.Name,
            BackboneDigest = backbone.Digest,
            BackboneLicence = Catalogue.Standard.Find(backbone.Name).Licence,
            Head = request.Head.ToString(),
            Seed = request.Seed,
            TrainingImages = splits.Training.Count,
            ValidationImages = splits.Validation.Count,
            L2 = head.L2,
        };
        var metadata = new ClassifierMetadata(images.ClassNames, backbone.Preprocessing, backbone.Node, provenance);
        using var network = backbone.TakeNetwork();
        ClassifierFile.Write(folder.Model, network, head.Network, metadata);
    }

    private Relay<EpochResult>? Epochs() =>
        progress is null ? null : new Relay<EpochResult>(epoch => progress.Report(new(RunPhase.Head) { Epoch = epoch }));
}
