using Graft.Data;
using Graft.Features;
using Graft.Features.Backbones;
using Graft.Features.Storage;
using Graft.Layers.Freezing;
using Graft.Layers.Networks;
using Graft.Tensors;

namespace Graft.Training.Runs;

/// <summary>Computes what the frozen layers of a trunk say of pictures, and keeps it in the feature store.</summary>
/// <param name="load">Loads the trunk anew.</param>
/// <param name="store">Where the values are kept.</param>
/// <param name="options">How they are kept.</param>
/// <param name="workers">The threads to run on.</param>
/// <param name="progress">Hears how far it is.</param>
internal sealed class BoundaryFeatures(
    Func<Backbone> load,
    FeatureStore store,
    FeatureExtractorOptions options,
    WorkerPool workers,
    IProgress<RunProgress>? progress
)
{
    /// <summary>
    /// More than this is not kept of a split; its pictures then go through the frozen layers in every epoch.
    /// </summary>
    private const long MaximumBytes = 4L << 30;

    /// <summary>Whether the values are few enough to be kept.</summary>
    /// <param name="trainable">The network with its frozen layers.</param>
    /// <param name="count">How many pictures.</param>
    public static bool CanBeKept(TrainableNetwork trainable, int count) =>
        trainable.BoundaryNode != Network.InputName
        && trainable.BoundaryShape.ElementCount * sizeof(float) * count <= MaximumBytes;

    /// <summary>Computes what is not in the store yet.</summary>
    /// <param name="node">The last frozen node.</param>
    /// <param name="images">The pictures.</param>
    /// <param name="cancellationToken">Stops the work; what is computed is kept.</param>
    public KeptFeatures Compute(string node, IReadOnlyList<ImageSample> images, CancellationToken cancellationToken)
    {
        using var whole = load();
        whole.Network.CutAt(node);
        using var frozen = new Backbone(whole.Name, whole.TakeNetwork(), whole.Preprocessing)
        {
            PlanOptions = whole.PlanOptions,
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

/// <summary>Features of a split's pictures.</summary>
/// <param name="Images">The features with their labels.</param>
/// <param name="Owned">What is freed with this; null where the features belong to somebody else.</param>
internal sealed record KeptFeatures(LabelledFeatures Images, FeatureSet? Owned) : IDisposable
{
    public void Dispose() => Owned?.Dispose();
}
