using Graft.Layers.Convolution;
using Graft.Layers.Fusion;
using Graft.Layers.Normalization;
using Graft.Tensors;

namespace Graft.Layers.Autograd;

/// <summary>
/// Turns nodes into the steps of a pass, in the nodes' order. A convolution absorbs the nodes after it as long as each
/// is the only reader of the output before it: batch normalisation that uses its running statistics, an add whose other
/// operand is already computed, and a ReLU.
/// </summary>
internal sealed class AutogradCompiler
{
    private readonly IReadOnlyList<NetworkNode> _nodes;
    private readonly PassOptions _options;
    private readonly Func<NetworkNode, Lowering> _lower;
    private readonly FusionMatcher _fusion;
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly HashSet<string> _absorbed = new(StringComparer.Ordinal);

    /// <summary>Makes a compiler.</summary>
    /// <param name="nodes">The nodes.</param>
    /// <param name="inputName">The name of the nodes' input.</param>
    /// <param name="ends">The outputs that must be kept to the end.</param>
    /// <param name="shapeOf">The shape of an output, batch first.</param>
    /// <param name="options">How the steps will run.</param>
    public AutogradCompiler(
        IReadOnlyList<NetworkNode> nodes,
        string inputName,
        IReadOnlySet<string> ends,
        Func<string, Shape> shapeOf,
        PassOptions options
    )
    {
        _nodes = nodes;
        _options = options;
        _lower = node => node.Layer.Lower([.. node.Inputs.Select(shapeOf)]);
        _fusion = new FusionMatcher(nodes, _lower)
        {
            IsKept = name => options.KeepOutputs || ends.Contains(name),
            IsKnown = _known.Contains,
            Accepts = CanJoin,
        };
        _known.Add(inputName);
    }

    public IReadOnlyList<AutogradStep> Compile()
    {
        var steps = new List<AutogradStep>();
        foreach (var node in _nodes)
        {
            if (_absorbed.Contains(node.Name))
                continue;
            var step = CreateStep(node);
            steps.Add(step);
            _known.Add(step.Output);
        }

        return steps;
    }

    private AutogradStep CreateStep(NetworkNode node)
    {
        if (node.Layer is Convolution2D)
        {
            var fused = _fusion.Match(node);
            _absorbed.UnionWith(fused.Nodes.Skip(1).Select(absorbed => absorbed.Name));
            return new ConvolutionAutogradStep(new ConvolutionFusion(fused));
        }

        return _lower(node) is SumLowering ? new SumAutogradStep(node) : new LayerAutogradStep(node);
    }

    /// <summary>
    /// Whether a node can be computed with the convolution before it: a batch normalisation that uses its running
    /// statistics, a sum, or a ReLU.
    /// </summary>
    // The gradient with respect to the normalisation's weight is derived from the gradient with respect to the
    // convolution's weight, so the latter must be computed if the former is needed.
    private bool CanJoin(FusedNodes fused, NetworkNode next, Lowering lowering) =>
        lowering switch
        {
            AffineLowering => next.Layer is BatchNormalization normalization
                && normalization.UsesRunningStatistics(_options.Training)
                && (((Convolution2D)fused.First.Layer).Weight.Trainable || !normalization.Weight.Trainable),
            SumLowering => true,
            ClampLowering clamp => clamp.Minimum == 0,
            _ => false,
        };
}
