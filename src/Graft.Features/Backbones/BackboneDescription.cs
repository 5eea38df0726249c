using Graft.Layers.Freezing;
using Graft.Layers.Networks;
using Graft.Models;

namespace Graft.Features.Backbones;

/// <summary>
/// What <c>models info</c> tells of a network that the user brought: plain values only, so it can be written as JSON as
/// it is.
/// </summary>
/// <param name="Name">The file's name, or the architecture's that its weights are for.</param>
/// <param name="Format">What the network came from.</param>
/// <param name="Parameters">How many numbers are learned.</param>
/// <param name="MultiplyAdds">Multiplications with additions for an image.</param>
/// <param name="InputHeight">Height of the input in pixels.</param>
/// <param name="InputWidth">Width of the input in pixels.</param>
/// <param name="OutputShape">The shape of what the whole network gives for one image.</param>
/// <param name="Preprocessing">What is done to a picture first, on one line.</param>
/// <param name="PreprocessingOrigin">Who says so.</param>
/// <param name="FeatureNodes">The nodes that features are taken at when none is named: a row, and the last map.</param>
/// <param name="Stages">The parts that can be unfrozen by name.</param>
public sealed record BackboneDescription(
    string Name,
    string Format,
    long Parameters,
    long MultiplyAdds,
    int InputHeight,
    int InputWidth,
    IReadOnlyList<int> OutputShape,
    string Preprocessing,
    PreprocessingOrigin PreprocessingOrigin,
    IReadOnlyList<FeatureNodeDescription> FeatureNodes,
    IReadOnlyList<string> Stages
)
{
    /// <summary>Reads a network and describes it.</summary>
    /// <param name="loader">What loads it.</param>
    /// <param name="source">The network.</param>
    /// <returns>The description, and the summary of all layers.</returns>
    /// <exception cref="IOException">A file is missing, damaged, or holds no network that Graft can read.</exception>
    /// <exception cref="ArgumentException">The parts do not fit together.</exception>
    public static (BackboneDescription Description, string Summary) Read(BackboneLoader loader, BackboneSource source)
    {
        ArgumentNullException.ThrowIfNull(loader);
        using var whole = loader.LoadWhole(source);
        var network = whole.Network;
        var cost = NetworkCost.Compute(network);
        var nodes = ((string?[])[source.Cut, whole.Features, whole.Map])
            .OfType<string>()
            .Where(network.Contains)
            .Distinct(StringComparer.Ordinal);
        return (
            new(
                whole.Name,
                whole.Format,
                cost.Parameters,
                cost.MultiplyAdds,
                network.InputShape[0],
                network.InputShape[1],
                network.OutputShape.Dimensions.ToArray(),
                whole.Preprocessing.ToString(),
                whole.Origin,
                [.. nodes.Select(node => new FeatureNodeDescription(node, network.ShapeOf(node).Dimensions.ToArray()))],
                network.Stages()
            ),
            network.Summary()
        );
    }
}
