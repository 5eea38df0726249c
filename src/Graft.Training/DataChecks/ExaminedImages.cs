using Graft.Data;
using Graft.Data.Measurements;
using Graft.Features;
using Graft.Features.Backbones;
using Graft.Features.Storage;
using Graft.Models.Downloads;
using Graft.Models.Storage;
using Graft.Tensors;
using Graft.Training.Runs;

namespace Graft.Training.DataChecks;

/// <summary>
/// The results of examining images: facts, features, the reasons why some are bad, and the pairs that are alike. Each
/// image is decoded at most once. Owns the features.
/// </summary>
internal sealed class ExaminedImages : IDisposable
{
    private ExaminedImages(
        IReadOnlyList<ImageFacts?> facts,
        IReadOnlyList<string?> reasons,
        Tensor? features,
        IReadOnlyList<ImagePair> pairs,
        int computed,
        int reused
    )
    {
        Facts = facts;
        Reasons = reasons;
        Features = features;
        Pairs = pairs;
        FeaturesComputed = computed;
        FeaturesReused = reused;
    }

    /// <summary>The facts of each image; null for a bad one.</summary>
    public IReadOnlyList<ImageFacts?> Facts { get; }

    /// <summary>The reason why an image is bad; null for a good one.</summary>
    public IReadOnlyList<string?> Reasons { get; }

    /// <summary>Features, <c>[images, channels]</c>, with zeros for bad images; null if not requested.</summary>
    public Tensor? Features { get; }

    /// <summary>The pairs of images that are alike.</summary>
    public IReadOnlyList<ImagePair> Pairs { get; }

    public int FeaturesComputed { get; }

    public int FeaturesReused { get; }

    /// <summary>Examines images.</summary>
    /// <param name="home">Where weights and features are stored.</param>
    /// <param name="workers">The threads to run on.</param>
    /// <param name="images">The images; those that can be read have a hash.</param>
    /// <param name="options">The settings.</param>
    /// <param name="progress">Receives progress reports.</param>
    /// <param name="cancellationToken">Cancels the work; computed features stay in the store.</param>
    public static ExaminedImages Examine(
        GraftHome home,
        WorkerPool workers,
        IReadOnlyList<ImageSample> images,
        ExaminationOptions options,
        IProgress<RunProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        var preprocessing = Backbone.PreprocessingOf(
            new ModelStore(home).Find(options.Backbone),
            options.ImageSize,
            null
        );
        using var store = RunFeatures.OpenStore(home, progress);
        var table = ImageFactTable.Create(store, preprocessing);
        var reasons = new string?[images.Count];
        var (features, computed, reused) = options.WithoutFeatures
            ? (null, 0, 0)
            : Extract(home, workers, images, options, store, table, reasons, progress, cancellationToken);
        try
        {
            var facts = new ImageFacts?[images.Count];
            var good = Enumerable.Range(0, images.Count).Where(i => reasons[i] is null).ToArray();
            var reader = new ImageFactReader(table, preprocessing, options.Limits, workers.ThreadCount);
            var reading = progress.Adapt<FeatureProgress>(value => new(RunPhase.Scan) { Features = value });
            foreach (
                var (i, found) in good.Zip(reader.Read([.. good.Select(i => images[i])], reading, cancellationToken))
            )
                (facts[i], reasons[i]) = found;
            var pairs = ImageComparison.Compare(images, facts, features, workers, cancellationToken);
            return new(facts, reasons, features, pairs, computed, reused);
        }
        catch
        {
            features?.Dispose();
            throw;
        }
    }

    public void Dispose() => Features?.Dispose();

    private static (Tensor? Features, int Computed, int Reused) Extract(
        GraftHome home,
        WorkerPool workers,
        IReadOnlyList<ImageSample> images,
        ExaminationOptions options,
        FeatureStore store,
        ImageFactTable table,
        string?[] reasons,
        IProgress<RunProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        progress?.Report(new(RunPhase.Backbone));
        var source = new BackboneSource
        {
            Name = options.Backbone,
            Preprocessing = new() { ImageSize = options.ImageSize },
        };
        using var backbone = RunBackbone.Load(
            home,
            source,
            FeatureKind.Pooled,
            options.Engine,
            onlyRuns: true,
            progress,
            cancellationToken
        );
        var extractor = new FeatureExtractor(
            backbone,
            store,
            workers,
            new() { Limits = options.Limits, Facts = table }
        );
        using var set = RunFeatures.Extract(extractor, images, progress, cancellationToken);
        var bad = set
            .Extraction.Bad.GroupBy(image => image.Path, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.First().Reason, StringComparer.Ordinal);
        var good = set.Extraction.Good;
        for (var i = 0; i < images.Count; i++)
            reasons[i] = bad.GetValueOrDefault(images[i].Path);
        var features = Tensor.Zeros(new Shape(images.Count, backbone.FeatureShape[0]));
        for (var i = 0; i < good.Count; i++)
        {
            using var row = set.Read(i, 1);
            row.Span.CopyTo(features.Rows(good[i]));
        }

        return (features, set.Extraction.Computed, set.Extraction.Reused);
    }
}
