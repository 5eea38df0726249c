using Graft.Layers.Networks;
using Graft.Layers.Normalization;

namespace Graft.Layers.Freezing;

/// <summary>
/// Freezes and unfreezes the parameters of a network. This only sets <see cref="Parameter.Trainable"/> and
/// <see cref="BatchNormalization.StatisticsFrozen"/>; it takes effect for every <see cref="TrainableNetwork"/> that is
/// created afterwards.
/// </summary>
/// <remarks>
/// Freezing also freezes the statistics of batch normalisation. They stay frozen when the layers are unfrozen, unless
/// requested otherwise, because the batches of fine-tuning are small and few. Layers that were never frozen, such as
/// those of a new head, keep their settings.
/// </remarks>
public static class NetworkFreezing
{
    /// <summary>torchvision's name for the container of all stages.</summary>
    private const string Container = "features";

    /// <summary>Freezes everything: training changes no parameter and no running statistic, in any mode.</summary>
    /// <param name="network">The network.</param>
    public static void Freeze(this Network network)
    {
        ArgumentNullException.ThrowIfNull(network);
        foreach (var node in network.Nodes)
        {
            foreach (var parameter in node.Layer.Parameters)
                parameter.Trainable = false;
            if (node.Layer is BatchNormalization normalization)
                normalization.StatisticsFrozen = true;
        }
    }

    /// <summary>Makes all parameters trainable.</summary>
    /// <param name="network">The network.</param>
    /// <param name="statistics">Whether batch normalisation also uses and updates its batch statistics.</param>
    public static void Unfreeze(this Network network, bool statistics = false)
    {
        ArgumentNullException.ThrowIfNull(network);
        UnfreezeFrom(network, 0, statistics);
    }

    /// <summary>Makes the parameters of a node, and of all nodes that run after it, trainable.</summary>
    /// <param name="network">The network.</param>
    /// <param name="node">The first node to unfreeze.</param>
    /// <param name="statistics">
    /// Whether batch normalisation from this node on also uses and updates its batch statistics.
    /// </param>
    /// <exception cref="KeyNotFoundException">There is no such node; the message names the stages.</exception>
    public static void UnfreezeFrom(this Network network, string node, bool statistics = false)
    {
        ArgumentNullException.ThrowIfNull(network);
        var first = IndexOf(network, candidate => candidate.Name == node);
        if (first < 0)
            throw new KeyNotFoundException($"Unfreezing: the network has no node '{node}'. {Choices(network)}");
        UnfreezeFrom(network, first, statistics);
    }

    /// <summary>Makes the parameters of a stage, and of all nodes after the stage's first, trainable.</summary>
    /// <param name="network">The network.</param>
    /// <param name="stage">
    /// The beginning of its nodes' names, up to a dot: <c>layer4</c> for <c>layer4.0.conv1</c>.
    /// </param>
    /// <param name="statistics">
    /// Whether batch normalisation from this stage on also uses and updates its batch statistics.
    /// </param>
    /// <exception cref="KeyNotFoundException">There is no such stage; the message names the stages.</exception>
    public static void UnfreezeStage(this Network network, string stage, bool statistics = false)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentException.ThrowIfNullOrEmpty(stage);
        var first = IndexOf(network, node => node.Name.StartsWith($"{stage}.", StringComparison.Ordinal));
        if (first < 0)
            throw new KeyNotFoundException($"Unfreezing: the network has no stage '{stage}'. {Choices(network)}");
        UnfreezeFrom(network, first, statistics);
    }

    /// <summary>Unfreezes the last layers that have parameters.</summary>
    /// <param name="network">The network.</param>
    /// <param name="layers">The number of layers with parameters to unfreeze; 0 changes nothing.</param>
    /// <param name="statistics">
    /// Whether batch normalisation among them also uses and updates its batch statistics.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The number is negative, or the network has fewer layers.
    /// </exception>
    public static void UnfreezeLast(this Network network, int layers, bool statistics = false)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentOutOfRangeException.ThrowIfNegative(layers);
        if (layers == 0)
            return;
        var withParameters = network.Nodes.Where(node => node.Layer.Parameters.Count > 0).ToArray();
        if (layers > withParameters.Length)
            throw new ArgumentOutOfRangeException(
                nameof(layers),
                layers,
                $"Unfreezing the last {layers} layers: the network has {withParameters.Length} layers with parameters."
            );
        UnfreezeFrom(network, withParameters[^layers].Name, statistics);
    }

    /// <summary>
    /// The stages that the node names show, in the order in which they run. A stage's name is the beginning of the
    /// names of its nodes with parameters, up to the first dot, or up to the second where one container holds all of a
    /// network's stages (<c>features.17</c>).
    /// </summary>
    /// <param name="network">The network.</param>
    public static IReadOnlyList<string> Stages(this Network network)
    {
        ArgumentNullException.ThrowIfNull(network);
        return
        [
            .. network
                .Nodes.Where(node => node.Layer.Parameters.Count > 0)
                .Select(node => node.Name.Split('.'))
                .Where(parts => parts.Length > 1)
                .Select(parts => parts[0] == Container && parts.Length > 2 ? $"{parts[0]}.{parts[1]}" : parts[0])
                .Distinct(StringComparer.Ordinal),
        ];
    }

    private static void UnfreezeFrom(Network network, int first, bool statistics)
    {
        foreach (var node in network.Nodes.Skip(first))
        {
            foreach (var parameter in node.Layer.Parameters)
                parameter.Trainable = true;
            if (statistics && node.Layer is BatchNormalization normalization)
                normalization.StatisticsFrozen = false;
        }
    }

    private static int IndexOf(Network network, Predicate<NetworkNode> condition)
    {
        for (var i = 0; i < network.Nodes.Count; i++)
        {
            if (condition(network.Nodes[i]))
                return i;
        }

        return -1;
    }

    private static string Choices(Network network)
    {
        var nodes = network.Nodes.Where(node => node.Layer.Parameters.Count > 0).Select(node => node.Name);
        return Stages(network) is { Count: > 0 } stages
            ? $"Its stages are: {string.Join(", ", stages)}. A node's name unfreezes from that node on; "
                + "Network.Summary lists them."
            : "It has no stages; its nodes with parameters are: " + $"{string.Join(", ", nodes)}.";
    }
}
