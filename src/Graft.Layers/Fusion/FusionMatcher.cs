namespace Graft.Layers.Fusion;

/// <summary>
/// Finds the nodes that can be computed together with the node before them. A node joins only if it is the only reader
/// of the output before it. In order: an affine map, a sum whose other operand is already computed, and a clamp or a
/// function of each element.
/// </summary>
/// <param name="nodes">The nodes of the graph, in the order in which they run.</param>
/// <param name="lower">What a node computes.</param>
internal sealed class FusionMatcher(IReadOnlyList<NetworkNode> nodes, Func<NetworkNode, Lowering> lower)
{
    private readonly ILookup<string, NetworkNode> _consumers = nodes
        .SelectMany(node => node.Inputs.Select(input => (input, node)))
        .ToLookup(pair => pair.input, pair => pair.node, StringComparer.Ordinal);

    /// <summary>Whether a node's output is needed by itself.</summary>
    public required Func<string, bool> IsKept { get; init; }

    /// <summary>Whether an output is already computed and can be added.</summary>
    public required Func<string, bool> IsKnown { get; init; }

    /// <summary>Whether a node may join; by default any may.</summary>
    public Func<FusedNodes, NetworkNode, Lowering, bool> Accepts { get; init; } = (_, _, _) => true;

    /// <summary>The nodes that read a node's output.</summary>
    public IEnumerable<NetworkNode> Consumers(string name) => _consumers[name];

    /// <summary>Collects the nodes after a node as long as they can be computed with it.</summary>
    public FusedNodes Match(NetworkNode first)
    {
        var fused = new FusedNodes(first);
        while (
            !IsKept(fused.Last)
            && _consumers[fused.Last].Take(2).ToArray() is [var next]
            && Extend(fused, next) is { } extended
        )
            fused = extended with { Nodes = [.. fused.Nodes, next] };
        return fused;
    }

    /// <summary>The nodes with one more; null if it cannot join.</summary>
    private FusedNodes? Extend(FusedNodes fused, NetworkNode next)
    {
        if (fused.Clamp is not null || fused.Activation is not null)
            return null;
        var lowering = lower(next);
        if (!Accepts(fused, next, lowering))
            return null;
        return lowering switch
        {
            AffineLowering affine when fused is { Affine: null, Sum: null } => fused with
            {
                Affine = next,
                AffineLowering = affine,
            },
            SumLowering when fused.Sum is null && Other(next, fused.Last) is { } other => fused with
            {
                Sum = next,
                Residual = other,
            },
            ClampLowering clamp => fused with { Clamp = next, Minimum = clamp.Minimum, Maximum = clamp.Maximum },
            ElementwiseLowering => fused with { Activation = next },
            IdentityLowering => fused,
            _ => null,
        };
    }

    /// <summary>
    /// A sum's other operand if it is already computed, otherwise null; null also if both are the same.
    /// </summary>
    private string? Other(NetworkNode sum, string one)
    {
        var others = sum.Inputs.Where(input => input != one).ToArray();
        return others.Length == 1 && IsKnown(others[0]) ? others[0] : null;
    }
}
