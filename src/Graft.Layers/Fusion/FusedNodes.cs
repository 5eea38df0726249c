namespace Graft.Layers.Fusion;

/// <summary>A node and the nodes after it that are computed together with it.</summary>
/// <param name="First">The first node.</param>
internal sealed record FusedNodes(NetworkNode First)
{
    /// <summary>All nodes, in the order in which they would run.</summary>
    public IReadOnlyList<NetworkNode> Nodes { get; init; } = [First];

    /// <summary>An affine map of each channel.</summary>
    public NetworkNode? Affine { get; init; }

    /// <summary>What <see cref="Affine"/> computes.</summary>
    public AffineLowering? AffineLowering { get; init; }

    /// <summary>The sum with <see cref="Residual"/>.</summary>
    public NetworkNode? Sum { get; init; }

    /// <summary>The output that is added, if there is a sum.</summary>
    public string? Residual { get; init; }

    /// <summary>The clamp after everything else.</summary>
    public NetworkNode? Clamp { get; init; }

    /// <summary>The smallest result.</summary>
    public float Minimum { get; init; } = float.NegativeInfinity;

    /// <summary>The largest result.</summary>
    public float Maximum { get; init; } = float.PositiveInfinity;

    /// <summary>A function of each element after everything else; it runs in place.</summary>
    public NetworkNode? Activation { get; init; }

    /// <summary>The last node, whose output is the result.</summary>
    public string Last => Nodes[^1].Name;

    /// <summary>The nodes in one line, for people.</summary>
    public string Description =>
        string.Join(
            " + ",
            new[] { Affine, Sum, Clamp }
                .OfType<NetworkNode>()
                .Select(node => node.Layer.Kind)
                .Prepend($"{First.Name}: {First.Layer.Kind}")
        );
}
