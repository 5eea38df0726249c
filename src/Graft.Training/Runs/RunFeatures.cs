using Graft.Data;
using Graft.Features;
using Graft.Features.Backbones;
using Graft.Features.Storage;
using Graft.Models.Downloads;
using Graft.Tensors;

namespace Graft.Training.Runs;

/// <summary>What all runs do alike with the feature store.</summary>
internal static class RunFeatures
{
    /// <summary>Opens the store, or one in memory where it cannot be written; notices are passed on.</summary>
    public static FeatureStore OpenStore(GraftHome home, IProgress<RunProgress>? progress) =>
        FeatureStore.OpenOrInMemory(
            home.Features,
            new FeatureStoreOptions { Notice = progress.ForNotices(RunPhase.Features) }
        );

    /// <summary>Extracts features, passing on how far it is and what went wrong with storing them.</summary>
    public static FeatureSet Extract(
        FeatureExtractor extractor,
        IReadOnlyList<ImageSample> images,
        IProgress<RunProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        var features = extractor.Extract(images, progress.ForFeatures(), cancellationToken);
        TellStoreProblem(features.Extraction.StoreProblem, progress);
        return features;
    }

    /// <summary>Extracts several views, passing on how far it is and what went wrong with storing them.</summary>
    public static FeatureViewSet ExtractViews(
        Backbone backbone,
        FeatureStore store,
        WorkerPool workers,
        FeatureExtractorOptions options,
        IReadOnlyList<FeatureView> views,
        IReadOnlyList<ImageSample> images,
        IProgress<RunProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        var features = FeatureViewSet.Extract(
            backbone,
            store,
            workers,
            options,
            views,
            images,
            progress.ForFeatures(),
            cancellationToken
        );
        TellStoreProblem(features.StoreProblem, progress);
        return features;
    }

    private static void TellStoreProblem(string? problem, IProgress<RunProgress>? progress)
    {
        if (problem is not null)
            progress?.Report(
                new(RunPhase.Features)
                {
                    Notice = $"Features could not be stored and will be computed again next time: {problem}",
                }
            );
    }
}
