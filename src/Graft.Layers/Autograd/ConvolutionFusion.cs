using Graft.Layers.Convolution;
using Graft.Layers.Normalization;

namespace Graft.Layers.Autograd;

/// <summary>A convolution and the following nodes that are computed with it.</summary>
/// <param name="Convolution">The convolution's node.</param>
internal sealed record ConvolutionFusion(NetworkNode Convolution)
{
    public Convolution2D Layer => (Convolution2D)Convolution.Layer;

    /// <summary>A batch normalisation that uses its running statistics.</summary>
    public NetworkNode? Normalization { get; init; }

    /// <summary>The sum with <see cref="Residual"/>.</summary>
    public NetworkNode? Sum { get; init; }

    /// <summary>The output that is added, where there is a sum.</summary>
    public string? Residual { get; init; }

    /// <summary>The ReLU after everything else.</summary>
    public NetworkNode? ReLU { get; init; }

    public BatchNormalization? NormalizationLayer => (BatchNormalization?)Normalization?.Layer;

    public float Maximum => ReLU is null ? float.PositiveInfinity : ((Activations.ReLU)ReLU.Layer).Maximum;

    /// <summary>All nodes, in the order in which they would run.</summary>
    public IReadOnlyList<NetworkNode> Nodes =>
        [.. new[] { Convolution, Normalization, Sum, ReLU }.OfType<NetworkNode>()];

    public IReadOnlyList<string> Inputs => Residual is null ? Convolution.Inputs : [.. Convolution.Inputs, Residual];
}
