using Graft.Layers.Convolution;
using Graft.Layers.Fusion;
using Graft.Layers.Normalization;

namespace Graft.Layers.Autograd;

/// <summary>A convolution and the following nodes that are computed with it.</summary>
/// <param name="fused">
/// The nodes; an affine map among them is a batch normalisation that uses its running statistics.
/// </param>
internal sealed class ConvolutionFusion(FusedNodes fused)
{
    public NetworkNode Convolution => fused.First;

    public Convolution2D Layer => (Convolution2D)fused.First.Layer;

    public BatchNormalization? Normalization => (BatchNormalization?)fused.Affine?.Layer;

    /// <summary>The sum with <see cref="Residual"/>.</summary>
    public NetworkNode? Sum => fused.Sum;

    /// <summary>The output that is added, if there is a sum.</summary>
    public string? Residual => fused.Residual;

    /// <summary>Whether a ReLU follows.</summary>
    public bool HasReLU => fused.Clamp is not null;

    /// <summary>The ReLU's maximum; infinite without one.</summary>
    public float Maximum => fused.Maximum;

    /// <summary>All nodes, in the order in which they would run.</summary>
    public IReadOnlyList<NetworkNode> Nodes => fused.Nodes;

    public IReadOnlyList<string> Inputs => Residual is null ? Convolution.Inputs : [.. Convolution.Inputs, Residual];
}
