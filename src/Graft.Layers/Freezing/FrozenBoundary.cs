using Graft.Layers.Networks;

namespace Graft.Layers.Freezing;

/// <summary>
/// Finds where a network can be divided into a frozen and a trainable part. A pure function of the graph and the
/// trainable parameters.
/// </summary>
internal static class FrozenBoundary
{
    /// <summary>
    /// The last node that depends on nothing trainable and that no edge bypasses; the network's input if there is no
    /// such node.
    /// </summary>
    public static string Find(Network network)
    {
        var nodes = network.OutputName == Network.InputName ? [] : network.NodesFor(network.OutputName);
        var firstTrained = nodes.Index().FirstOrDefault(entry => IsTrained(entry.Item), (nodes.Count, null!)).Index;
        for (var candidate = firstTrained - 1; candidate >= 0; candidate--)
        {
            if (Separates(network, nodes, nodes[candidate].Name))
                return nodes[candidate].Name;
        }

        return Network.InputName;
    }

    private static bool IsTrained(NetworkNode node) => node.Layer.Parameters.Any(parameter => parameter.Trainable);

    /// <summary>Whether all edges from a node and its dependencies to the other nodes start at the node.</summary>
    private static bool Separates(Network network, IReadOnlyList<NetworkNode> nodes, string name)
    {
        var below = network.NodesFor(name);
        var inside = below.Select(node => node.Name).Append(Network.InputName).ToHashSet(StringComparer.Ordinal);
        var edges = nodes.Where(node => !inside.Contains(node.Name)).SelectMany(node => node.Inputs);
        if (edges.Any(input => input != name && inside.Contains(input)))
            return false;

        // Dropout after the last frozen parameter belongs to the trainable part.
        return !below.Reverse().TakeWhile(node => node.Layer.Parameters.Count == 0).Any(node => node.Layer.IsRandom);
    }
}
