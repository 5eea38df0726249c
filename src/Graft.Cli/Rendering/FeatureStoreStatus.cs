using Graft.Features.Storage;

namespace Graft.Cli.Rendering;

/// <summary>The output of <c>features status --json</c>.</summary>
/// <param name="Path">The store's file.</param>
/// <param name="Bytes">What it takes on the disk.</param>
/// <param name="Spaces">What it holds, what was used last first.</param>
internal sealed record FeatureStoreStatus(string Path, long Bytes, IReadOnlyList<FeatureSpaceStatus> Spaces);

/// <summary>Features that one network computed in one way.</summary>
/// <param name="Id">For <c>features prune --id</c>.</param>
/// <param name="Images">How many images have one.</param>
/// <param name="Bytes">Their size.</param>
/// <param name="BytesPerImage">What one image takes.</param>
/// <param name="Node">Where the network was cut.</param>
/// <param name="Shape">One image's feature.</param>
/// <param name="Precision">How the numbers are kept.</param>
/// <param name="RoundingError">
/// What 16 bits cost: the norm of the rounding errors over the norm of the features.
/// </param>
/// <param name="Preprocessing">What was done to the images.</param>
/// <param name="Weights">The digest of the network.</param>
/// <param name="Decoder">What decoded the images.</param>
/// <param name="Numerics">What decides the last bits.</param>
/// <param name="Created">When the first was looked for.</param>
/// <param name="LastUsed">When any was looked for last.</param>
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
    /// <summary>Takes it from the store's own description.</summary>
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
/// <param name="Spaces">Spaces that are gone altogether.</param>
/// <param name="Features">Features that are gone.</param>
/// <param name="FreedBytes">By how much the store became smaller.</param>
/// <param name="Bytes">What it takes now.</param>
internal sealed record FeaturePruning(int Spaces, long Features, long FreedBytes, long Bytes);
