using System.Diagnostics;
using Graft.Models;
using Graft.Tensors;
using Graft.Training.Backbones;
using Graft.Training.Classification;
using Graft.Training.Datasets;
using Graft.Training.Features;
using Graft.Training.Fitting;
using Graft.Training.Heads;

namespace Graft.Training.Runs;

/// <summary>
/// The whole way from a folder of photos to a classifier: scan, features, head, evaluation, files. Writes nothing but the
/// run folder, the feature store and fetched weights.
/// </summary>
/// <param name="home">Where weights and features are kept.</param>
/// <param name="workers">The threads to run on; their number has no influence on the results.</param>
public sealed class TransferLearning(GraftHome home, WorkerPool workers)
{
    /// <summary>Trains a classifier on a folder of images.</summary>
    /// <param name="request">What to do.</param>
    /// <param name="progress">Hears how far it is; may be called from several threads, one call at a time.</param>
    /// <param name="cancellationToken">Stops the run; computed features are kept.</param>
    /// <exception cref="DatasetException">The folder is no dataset, or a class has no readable image.</exception>
    /// <exception cref="IOException">Weights cannot be fetched or are damaged, or the run folder cannot be written.</exception>
    /// <exception cref="Imaging.ImageException">An image is bad and <see cref="TrainingRequest.FailOnBadImage"/> is set.</exception>
    /// <exception cref="FeatureStoreException">The feature store cannot be used.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public TrainingReport Train(TrainingRequest request, IProgress<RunProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var clock = Stopwatch.StartNew();
        progress?.Report(new(RunPhase.Scan));
        var split = new SplitOptions { Seed = request.Seed, ValidationFraction = request.ValidationFraction };
        var dataset = FolderDataset.Scan(request.Data, split, new FileHasher(workers.ThreadCount), null, cancellationToken);
        var images = new TrainingImages(
            dataset.ClassNames,
            [.. dataset.Training.Select(Image)],
            [.. dataset.Validation.Select(Image)],
            [.. dataset.Test.Select(Image)],
            bad => dataset.Without(bad));
        return Train(request, images, clock, progress, cancellationToken);

        static TrainingImage Image(LabelledImage image) => new(ImageContent.File(image.Path, image.Hash), image.RelativePath, image.Label);
    }

    /// <summary>Trains a classifier on images that need not be files.</summary>
    /// <param name="request">What to do; <see cref="TrainingRequest.Data"/> is for the record only.</param>
    /// <param name="images">The images.</param>
    /// <param name="progress">Hears how far it is; may be called from several threads, one call at a time.</param>
    /// <param name="cancellationToken">Stops the run; computed features are kept.</param>
    /// <inheritdoc cref="Train(TrainingRequest, IProgress{RunProgress}?, CancellationToken)" path="/exception"/>
    public TrainingReport Train(TrainingRequest request, TrainingImages images, IProgress<RunProgress>? progress = null, CancellationToken cancellationToken = default) =>
        Train(request, images, Stopwatch.StartNew(), progress, cancellationToken);

    /// <summary>Measures a classifier on labelled images.</summary>
    /// <param name="request">What to measure.</param>
    /// <param name="progress">Hears how far it is; may be called from several threads, one call at a time.</param>
    /// <param name="cancellationToken">Stops the work; computed features are kept.</param>
    /// <exception cref="DatasetException">The folder does not fit the model's classes, or no image can be read.</exception>
    /// <exception cref="IOException">The model cannot be read.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public EvaluationReport Evaluate(EvaluationRequest request, IProgress<RunProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return ModelEvaluation.Run(home, workers, request, progress, cancellationToken);
    }

    private TrainingReport Train(TrainingRequest request, TrainingImages images, Stopwatch clock, IProgress<RunProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(images);
        var folder = RunFolder.Create(request.Output);
        RunFiles.WriteArguments(folder, request);

        progress?.Report(new(RunPhase.Backbone));
        using var backbone = LoadBackbone(request, progress, cancellationToken);
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
        using var head = FittedHead.Fit(request, splits, images.ClassNames.Count, workers, Epochs(progress), cancellationToken);
        var trainSeconds = headClock.Elapsed.TotalSeconds;

        progress?.Report(new(RunPhase.Evaluate));
        var results = splits.Evaluate(head.Network, images.ClassNames, workers, cancellationToken);
        RunFiles.WriteHistory(folder, head.History);
        RunFiles.WriteMetrics(folder, results, head);
        RunFiles.WritePredictions(folder, images.ClassNames, results);
        var rounding = RoundingCost.Measure(splits.Validation, head.Network, workers, cancellationToken);
        WriteModel(folder, request, images, splits, backbone, head);

        var train = results[0].Metrics!;
        var (validation, test) = (results[1].Metrics, results[2].Metrics);
        return new TrainingReport
        {
            Classes = images.ClassNames,
            TrainImages = splits.Training.Count,
            ValidationImages = splits.Validation.Count,
            TestImages = splits.Test.Count,
            BadImages = features.Extraction.Bad.Count,
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
            DecodeSeconds = features.Extraction.DecodeSeconds,
            NetworkSeconds = features.Extraction.NetworkSeconds,
            TrainSeconds = trainSeconds,
            TotalSeconds = clock.Elapsed.TotalSeconds,
            Run = folder.Path,
            Model = folder.Model,
        };
    }

    private Backbone LoadBackbone(TrainingRequest request, IProgress<RunProgress>? progress, CancellationToken cancellationToken)
    {
        var pulls = progress is null ? null : new Relay<PullProgress>(value => progress.Report(new(RunPhase.Backbone) { Pull = value }));
        return Backbone.Load(new ModelStore(home), request.Backbone, request.ImageSize, request.Resize, request.Head.IsSpatial, new() { Exact = request.Exact }, progress: pulls, cancellationToken: cancellationToken);
    }

    private static void WriteModel(RunFolder folder, TrainingRequest request, TrainingImages images, FeatureSplits splits, Backbone backbone, FittedHead head)
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

    private static Relay<EpochResult>? Epochs(IProgress<RunProgress>? progress) =>
        progress is null ? null : new Relay<EpochResult>(epoch => progress.Report(new(RunPhase.Head) { Epoch = epoch }));
}
