using Graft.Layers.Freezing;
using Graft.Layers.Networks;
using Graft.Models;

namespace Graft.Features.Backbones;

/// <summary>
/// The description of a user's own network that <c>models info</c> prints. It has plain values only, so that it can be
/// written as JSON.
/// </summary>
/// <param name="Name">The name of the file, or of the architecture that the weights are for.</param>
/// <param name="Format">The kind of source that the network came from.</param>
/// <param name="Parameters">The number of parameters.</param>
/// <param name="MultiplyAdds">Multiply-adds per image.</param>
/// <param name="InputHeight">Height of the input in pixels.</param>
/// <param name="InputWidth">Width of the input in pixels.</param>
/// <param name="OutputShape">The shape of the output of the whole network for one image.</param>
/// <param name="Preprocessing">The preprocessing, on one line.</param>
/// <param name="PreprocessingOrigin">Where the preprocessing comes from.</param>
/// <param name="FeatureNodes">The default nodes of pooled and of spatial features.</param>
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
    /// <param name="loader">The loader.</param>
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
