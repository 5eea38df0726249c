using Graft.Models;
using Graft.Training.Features;

namespace Graft.Training.Runs;

/// <summary>What all runs do alike with the feature store.</summary>
internal static class RunFeatures
{
    /// <summary>Opens the store, or one in memory where it cannot be written; notices are passed on.</summary>
    public static FeatureStore OpenStore(GraftHome home, IProgress<RunProgress>? progress) => FeatureStore.OpenOrInMemory(
        home.Features,
        new FeatureStoreOptions { Notice = progress is null ? null : new Relay<string>(text => progress.Report(new(RunPhase.Features) { Notice = text })) });

    /// <summary>Extracts features, passing on how far it is and what went wrong with storing them.</summary>
    public static FeatureSet Extract(FeatureExtractor extractor, IReadOnlyList<ImageContent> images, IProgress<RunProgress>? progress, CancellationToken cancellationToken)
    {
        var relay = progress is null
            ? null
            : new Relay<FeatureProgress>(value => progress.Report(new(value.Phase == FeaturePhase.Scan ? RunPhase.Scan : RunPhase.Features) { Features = value }));
        var features = extractor.Extract(images, relay, cancellationToken);
        if (features.Extraction.StoreProblem is { } problem)
            progress?.Report(new(RunPhase.Features) { Notice = $"Features could not be stored and will be computed again next time: {problem}" });
        return features;
    }
}
