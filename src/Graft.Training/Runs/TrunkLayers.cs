using Graft.Layers.Convolution;
using Graft.Layers.Freezing;
using Graft.Layers.Linear;
using Graft.Layers.Networks;
using Graft.Models;

namespace Graft.Training.Runs;

/// <summary>Chooses the layers of a trunk that are trained.</summary>
internal static class TrunkLayers
{
    /// <summary>The word for the whole trunk.</summary>
    public const string All = "all";

    /// <summary>
    /// Chooses the part of the trunk that fine-tuning unfreezes. The default is the last stage, or the last fifth of
    /// the layers if the node names show no stages.
    /// </summary>
    /// <param name="trunk">The trunk, without a head.</param>
    /// <param name="marked">The stages of its architecture.</param>
    /// <param name="asked">
    /// A stage, of the architecture or as the node names show it, a node, or <see cref="All"/>; null for the default.
    /// </param>
    /// <exception cref="ArgumentException">
    /// The trunk has no such stage or node; the message names the stages.
    /// </exception>
    public static string Choose(Network trunk, IReadOnlyList<NetworkStage> marked, string? asked)
    {
        var stages = trunk.Stages();
        if (asked is null)
            return stages.Count > 0 ? stages[^1] : LastFifth(trunk);
        if (string.Equals(asked, All, StringComparison.OrdinalIgnoreCase))
            return All;
        if (stages.Contains(asked) || trunk.Contains(asked) || Find(marked, asked) is not null)
            return asked;
        var names = marked.Count > 0 ? marked.Select(stage => stage.Name) : stages;
        throw new ArgumentException(
            $"The trunk has no stage or node '{asked}' to unfreeze. Its stages are {string.Join(", ", names)}; "
                + $"nodes have names such as '{trunk.OutputName}', and 'all' is everything.",
            nameof(asked)
        );
    }

    /// <summary>
    /// The first of the last fifth of the convolution and dense layers, for networks whose node names show no stages,
    /// such as those from Keras.
    /// </summary>
    private static string LastFifth(Network trunk)
    {
        // For comparison: the last stage of a ResNet-50 has ten of its 53 convolutions.
        var kernels = trunk.Nodes.Where(node => node.Layer is Convolution2D or Dense).ToArray();
        return kernels.Length > 0 ? kernels[^Math.Max(1, kernels.Length / 5)].Name : All;
    }

    /// <summary>Freezes all layers except the head and the chosen part of the trunk.</summary>
    /// <param name="network">Trunk and head.</param>
    /// <param name="marked">The stages of the trunk's architecture.</param>
    /// <param name="head">The head's first node.</param>
    /// <param name="unfrozen">The result of <see cref="Choose"/>; null to freeze the whole trunk.</param>
    /// <param name="statistics">Whether unfrozen batch normalisation uses the statistics of its batches.</param>
    public static void Freeze(
        Network network,
        IReadOnlyList<NetworkStage> marked,
        string head,
        string? unfrozen,
        bool statistics
    )
    {
        network.Freeze();
        network.UnfreezeFrom(head);
        if (unfrozen == All)
            network.Unfreeze(statistics);
        else if (unfrozen is not null && network.Contains(unfrozen))
            network.UnfreezeFrom(unfrozen, statistics);
        else if (unfrozen is not null && !network.Stages().Contains(unfrozen) && Find(marked, unfrozen) is { } stage)
            network.UnfreezeFrom(stage.FirstNode, statistics);
        else if (unfrozen is not null)
            network.UnfreezeStage(unfrozen, statistics);
    }

    private static NetworkStage? Find(IReadOnlyList<NetworkStage> stages, string name) =>
        stages.FirstOrDefault(stage => stage.Name == name);
}
