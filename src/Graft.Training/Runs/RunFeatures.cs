using Graft.Data;
using Graft.Features;
using Graft.Features.Backbones;
using Graft.Features.Storage;
using Graft.Models.Downloads;
using Graft.Tensors;

namespace Graft.Training.Runs;

/// <summary>Extracts features for runs.</summary>
internal static class RunFeatures
{
    /// <summary>Opens the feature store, or one in memory if it cannot be written. Reports notices.</summary>
    public static FeatureStore OpenStore(GraftHome home, IProgress<RunProgress>? progress) =>
        FeatureStore.OpenOrInMemory(
            home.Features,
            new FeatureStoreOptions { Notice = progress.ForNotices(RunPhase.Features) }
        );

    /// <summary>Extracts features. Reports progress and problems with storing them.</summary>
    public static FeatureSet Extract(
        FeatureExtractor extractor,
        IReadOnlyList<ImageSample> images,
        IProgress<RunProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        var features = extractor.Extract(images, progress.ForFeatures(), cancellationToken);
        ReportStoreProblem(features.Extraction.StoreProblem, progress);
        return features;
    }

    /// <summary>Extracts features of several views. Reports progress and problems with storing them.</summary>
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
        ReportStoreProblem(features.StoreProblem, progress);
        return features;
    }

    private static void ReportStoreProblem(string? problem, IProgress<RunProgress>? progress)
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
