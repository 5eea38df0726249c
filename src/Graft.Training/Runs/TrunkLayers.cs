using Graft.Layers.Convolution;
using Graft.Layers.Freezing;
using Graft.Layers.Linear;
using Graft.Layers.Networks;

namespace Graft.Training.Runs;

/// <summary>Which layers of a trunk learn.</summary>
internal static class TrunkLayers
{
    /// <summary>The word for the whole trunk.</summary>
    public const string All = "all";

    /// <summary>
    /// What fine-tuning unfreezes: what was asked for, or the last stage, or the last fifth where names tell none.
    /// </summary>
    /// <param name="trunk">The trunk, without head.</param>
    /// <param name="asked">A stage, a node, or <see cref="All"/>; the last stage when null.</param>
    /// <exception cref="ArgumentException">
    /// The trunk has no such stage or node; the message names the stages.
    /// </exception>
    public static string Choose(Network trunk, string? asked)
    {
        var stages = trunk.Stages();
        if (asked is null)
            return stages.Count > 0 ? stages[^1] : LastFifth(trunk);
        if (string.Equals(asked, All, StringComparison.OrdinalIgnoreCase))
            return All;
        if (stages.Contains(asked) || trunk.Contains(asked))
            return asked;
        throw new ArgumentException(
            $"The trunk has no stage or node '{asked}' to unfreeze. Its stages are {string.Join(", ", stages)}; "
                + $"nodes have names such as '{trunk.OutputName}', and 'all' is everything.",
            nameof(asked)
        );
    }

    /// <summary>
    /// Of networks whose names tell no stages, as Keras's: the first of the last fifth of its kernels. A ResNet-50's
    /// last stage is ten of its 53.
    /// </summary>
    private static string LastFifth(Network trunk)
    {
        var kernels = trunk.Nodes.Where(node => node.Layer is Convolution2D or Dense).ToArray();
        return kernels.Length > 0 ? kernels[^Math.Max(1, kernels.Length / 5)].Name : All;
    }

    /// <summary>Freezes everything but the head and what was chosen.</summary>
    /// <param name="network">Trunk and head.</param>
    /// <param name="head">The head's first node.</param>
    /// <param name="unfrozen">What <see cref="Choose"/> gave; nothing of the trunk when null.</param>
    /// <param name="statistics">Whether unfrozen batch normalisation measures its batches again.</param>
    public static void Freeze(Network network, string head, string? unfrozen, bool statistics)
    {
        network.Freeze();
        network.UnfreezeFrom(head);
        if (unfrozen == All)
            network.Unfreeze(statistics);
        else if (unfrozen is not null && network.Contains(unfrozen))
            network.UnfreezeFrom(unfrozen, statistics);
        else if (unfrozen is not null)
            network.UnfreezeStage(unfrozen, statistics);
    }
}
