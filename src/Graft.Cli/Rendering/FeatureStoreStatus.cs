using Graft.Features.Storage;

namespace Graft.Cli.Rendering;

/// <summary>The output of <c>features status --json</c>.</summary>
/// <param name="Path">The path of the store's file.</param>
/// <param name="Bytes">The store's size on disk, in bytes.</param>
/// <param name="Spaces">The groups of features in it, the most recently used first.</param>
internal sealed record FeatureStoreStatus(string Path, long Bytes, IReadOnlyList<FeatureSpaceStatus> Spaces);

/// <summary>The stored features of one network, preprocessing, node and precision.</summary>
/// <param name="Id">The id for <c>features prune --id</c>.</param>
/// <param name="Images">The number of images that have features.</param>
/// <param name="Bytes">The size of the features, in bytes.</param>
/// <param name="BytesPerImage">The size of one image's features, in bytes.</param>
/// <param name="Node">The node at which the network was cut.</param>
/// <param name="Shape">The shape of one image's features.</param>
/// <param name="Precision">The number format: <c>float32</c> or <c>float16</c>.</param>
/// <param name="RoundingError">
/// The relative rounding error of float16: the norm of the rounding errors divided by the norm of the features. 0 for
/// float32.
/// </param>
/// <param name="Preprocessing">The preprocessing of the images.</param>
/// <param name="Weights">The digest of the network.</param>
/// <param name="Decoder">The decoder of the images and its version.</param>
/// <param name="Numerics">The arithmetic that decides the last bits of the features.</param>
/// <param name="Created">When features were first looked up.</param>
/// <param name="LastUsed">When features were last looked up.</param>
internal sealed record FeatureSpaceStatus(
    long Id,
    long Images,
    long Bytes,
    long BytesPerImage,
    string Node,
    IReadOnlyList<int> Shape,
    string Precision,
    double RoundingError,
    string Preprocessing,
    string Weights,
    string Decoder,
    string Numerics,
    DateTimeOffset Created,
    DateTimeOffset LastUsed
)
{
    /// <summary>Converts the store's own summary.</summary>
    public static FeatureSpaceStatus From(FeatureSpaceSummary summary) =>
        new(
            summary.Id,
            summary.Count,
            summary.Bytes,
            summary.Space.ByteLength,
            summary.Space.Node,
            summary.Space.Shape.Dimensions.ToArray(),
            summary.Space.Precision == FeaturePrecision.Float16 ? "float16" : "float32",
            summary.RoundingError,
            summary.Space.Preprocessing,
            summary.Space.Weights,
            summary.Space.Decoder,
            summary.Space.Numerics,
            summary.Created,
            summary.LastUsed
        );
}

/// <summary>The output of <c>features prune --json</c>.</summary>
/// <param name="Spaces">The number of groups removed completely.</param>
/// <param name="Features">The number of features removed.</param>
/// <param name="FreedBytes">The disk space freed, in bytes.</param>
/// <param name="Bytes">The store's size on disk afterwards, in bytes.</param>
internal sealed record FeaturePruning(int Spaces, long Features, long FreedBytes, long Bytes);
