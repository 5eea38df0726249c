using Graft.Layers.Activations;
using Graft.Layers.Convolution;
using Graft.Layers.Merging;
using Graft.Layers.Normalization;

namespace Graft.Layers.Autograd;

/// <summary>
/// Turns nodes into the steps of a pass, in the nodes' order. A convolution absorbs the nodes after it as long as each
/// is the only reader of the output before it: batch normalisation that uses its running statistics, an add whose other
/// operand is already computed, and a ReLU.
/// </summary>
internal sealed class AutogradCompiler
{
    private readonly IReadOnlyList<NetworkNode> _nodes;
    private readonly IReadOnlySet<string> _ends;
    private readonly PassOptions _options;
    private readonly ILookup<string, NetworkNode> _consumers;
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly HashSet<string> _absorbed = new(StringComparer.Ordinal);

    /// <summary>Makes a compiler.</summary>
    /// <param name="nodes">The nodes.</param>
    /// <param name="inputName">The name of the nodes' input.</param>
    /// <param name="ends">The outputs that must be kept to the end.</param>
    /// <param name="options">How the steps will run.</param>
    public AutogradCompiler(
        IReadOnlyList<NetworkNode> nodes,
        string inputName,
        IReadOnlySet<string> ends,
        PassOptions options
    )
    {
        _nodes = nodes;
        _ends = ends;
        _options = options;
        _consumers = nodes
            .SelectMany(node => node.Inputs.Select(input => (input, node)))
            .ToLookup(pair => pair.input, pair => pair.node, StringComparer.Ordinal);
        _known.Add(inputName);
    }

    public IReadOnlyList<AutogradStep> Compile()
    {
        var steps = new List<AutogradStep>();
        foreach (var node in _nodes)
        {
            if (_absorbed.Contains(node.Name))
                continue;
            AutogradStep step = node.Layer switch
            {
                Convolution2D => new ConvolutionAutogradStep(Absorb(new ConvolutionFusion(node))),
                Add => new SumAutogradStep(node),
                _ => new LayerAutogradStep(node),
            };
            steps.Add(step);
            _known.Add(step.Output);
        }

        return steps;
    }

    /// <summary>Collects the nodes after a convolution as long as they can be computed with it.</summary>
    private ConvolutionFusion Absorb(ConvolutionFusion fusion)
    {
        while (fusion.ReLU is null && Next(fusion.Nodes[^1].Name) is { } next)
        {
            var extended = next.Layer switch
            {
                BatchNormalization when fusion is { Normalization: null, Sum: null } && CanFold(fusion, next) =>
                    fusion with
                    {
                        Normalization = next,
                    },
                Add when fusion.Sum is null && Other(next, fusion.Nodes[^1].Name) is { } other => fusion with
                {
                    Sum = next,
                    Residual = other,
                },
                ReLU => fusion with { ReLU = next },
                _ => null,
            };
            if (extended is null)
                break;
            _absorbed.Add(next.Name);
            fusion = extended;
        }

        return fusion;
    }

    /// <summary>The only node that reads the output of a node, or null.</summary>
    private NetworkNode? Next(string name) =>
        !_ends.Contains(name) && !_options.KeepOutputs && _consumers[name].Take(2).ToArray() is [var next]
            ? next
            : null;

    /// <summary>Whether a batch normalisation can be folded into a convolution.</summary>
    // The gradient with respect to the normalisation's weight is derived from the gradient with respect to the
    // convolution's weight, so the latter must be computed if the former is needed.
    private bool CanFold(ConvolutionFusion fusion, NetworkNode node)
    {
        var normalization = (BatchNormalization)node.Layer;
        return normalization.UsesRunningStatistics(_options.Training)
            && (fusion.Layer.Weight.Trainable || !normalization.Weight.Trainable);
    }

    /// <summary>
    /// An add's other operand if it is already computed, otherwise null; null also if both are the same.
    /// </summary>
    private string? Other(NetworkNode add, string one)
    {
        var others = add.Inputs.Where(input => input != one).ToArray();
        return others.Length == 1 && _known.Contains(others[0]) ? others[0] : null;
    }
}
