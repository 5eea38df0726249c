using Graft.Layers;
using Graft.Layers.Networks;
using Graft.Tensors;

namespace Graft.Learning.Fitting;

/// <summary>
/// The tensors that training may change: parameters and statistics of all nodes above the frozen part.
/// </summary>
internal static class TrainedWeights
{
    /// <summary>The nodes above the frozen part, in the order in which they run.</summary>
    public static IReadOnlyList<NetworkNode> Nodes(ITrainable model)
    {
        var network = model.Network;
        var frozen = model.BoundaryNode == Network.InputName ? [] : network.NodesFor(model.BoundaryNode);
        return [.. network.NodesFor(network.OutputName).Except(frozen)];
    }

    /// <summary>The parameters and statistics of these nodes by full name.</summary>
    public static IReadOnlyList<KeyValuePair<string, Tensor>> From(ITrainable model) =>
        [
            .. Nodes(model)
                .SelectMany(node =>
                    node.Layer.Parameters.Select(parameter =>
                        KeyValuePair.Create($"{node.Name}.{parameter.Name}", parameter.Value)
                    )
                ),
        ];
}
