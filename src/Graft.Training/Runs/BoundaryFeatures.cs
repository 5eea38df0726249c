using Graft.Data;
using Graft.Features;
using Graft.Features.Backbones;
using Graft.Features.Storage;
using Graft.Layers.Freezing;
using Graft.Layers.Networks;
using Graft.Tensors;

namespace Graft.Training.Runs;

/// <summary>Computes the outputs of a trunk's frozen layers and caches them in the feature store.</summary>
/// <param name="load">Loads a new instance of the trunk.</param>
/// <param name="store">The store for the outputs.</param>
/// <param name="options">The options for extraction and storage.</param>
/// <param name="workers">The threads to run on.</param>
/// <param name="progress">Receives progress reports.</param>
internal sealed class BoundaryFeatures(
    Func<Backbone> load,
    FeatureStore store,
    FeatureExtractorOptions options,
    WorkerPool workers,
    IProgress<RunProgress>? progress
)
{
    /// <summary>
    /// The largest size in bytes that is cached for a split. The images of a larger split go through the frozen layers
    /// in every epoch.
    /// </summary>
    private const long MaximumBytes = 4L << 30;

    /// <summary>Whether the outputs are small enough to be cached.</summary>
    /// <param name="trainable">The network with frozen layers.</param>
    /// <param name="count">The number of images.</param>
    public static bool CanBeCached(TrainableNetwork trainable, int count) =>
        trainable.BoundaryNode != Network.InputName
        && trainable.BoundaryShape.ElementCount * sizeof(float) * count <= MaximumBytes;

    /// <summary>Computes the outputs that are not in the store yet.</summary>
    /// <param name="node">The last frozen node.</param>
    /// <param name="images">The images.</param>
    /// <param name="cancellationToken">Cancels the work; computed features stay in the store.</param>
    public CachedFeatures Compute(string node, IReadOnlyList<ImageSample> images, CancellationToken cancellationToken)
    {
        using var whole = load();
        whole.Network.CutAt(node);
        using var frozen = new Backbone(whole.Name, whole.TakeNetwork(), whole.Preprocessing)
        {
            Engine = whole.Engine,
            Licence = whole.Licence,
        };
        var features = RunFeatures.Extract(
            new FeatureExtractor(frozen, store, workers, options),
            images,
            progress,
            cancellationToken
        );
        var good = features.Extraction.Good;
        return new(
            new LabelledFeatures(
                features,
                [.. Enumerable.Range(0, good.Count)],
                [.. good.Select(i => images[i].Label)]
            ),
            features
        );
    }
}

/// <summary>The features of a split's images.</summary>
/// <param name="Images">The features with their labels.</param>
/// <param name="Owned">The features to dispose; null if they have another owner.</param>
internal sealed record CachedFeatures(LabelledFeatures Images, FeatureSet? Owned) : IDisposable
{
    public void Dispose() => Owned?.Dispose();
}
