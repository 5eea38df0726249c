using System.Globalization;
using Graft.Layers.Networks;

namespace Graft.Layers.Optimizers;

/// <summary>Parameters that an optimizer treats alike.</summary>
public sealed record ParameterGroup
{
    /// <summary>If more layers than this have no block in their names, as in Keras, they count as one block.</summary>
    private const int LargestPlainNetwork = 8;

    /// <summary>
    /// The parameters with their full names, as in <see cref="Network.Parameters"/>. Those that are not trainable are
    /// not updated.
    /// </summary>
    public required IReadOnlyList<KeyValuePair<string, Parameter>> Parameters { get; init; }

    /// <summary>The factor applied to the optimizer's learning rate.</summary>
    public double RateMultiplier { get; init; } = 1;

    /// <summary>The weight decay of this group; the optimizer's when null.</summary>
    public double? WeightDecay { get; init; }

    /// <summary>
    /// Whether biases and the parameters of batch normalisation decay too. They do not by default: decaying them does
    /// not regularise the network and costs accuracy.
    /// </summary>
    public bool DecaysEverything { get; init; }

    /// <summary>
    /// Makes groups whose learning rates decrease with the distance from the output: the last block has the full rate,
    /// each block before it <paramref name="decay"/> times the rate of its successor. Early layers of a pretrained
    /// network detect edges and colours, which all tasks share; later layers are more specific. Howard and Ruder,
    /// "Universal Language Model Fine-tuning" (2018).
    /// </summary>
    /// <param name="network">The network; only blocks with trainable parameters count.</param>
    /// <param name="decay">Above 0 and at most 1; with 1 all blocks have the same rate.</param>
    /// <param name="blockOf">
    /// Returns the block of a node. When null, the block is the first part of the node's name, with the number after it
    /// if there is one (<c>layer4.1</c> for <c>layer4.1.downsample.0</c>, <c>head</c> for <c>head.dense</c>); many
    /// layers without such parts form one block.
    /// </param>
    /// <returns>A group for each block, in the order of the nodes.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The decay is out of range.</exception>
    public static IReadOnlyList<ParameterGroup> ByDepth(
        Network network,
        double decay,
        Func<string, string>? blockOf = null
    )
    {
        ArgumentNullException.ThrowIfNull(network);
        if (!(decay > 0 && decay <= 1))
            throw new ArgumentOutOfRangeException(
                nameof(decay),
                decay,
                "The decay of learning rates from block to block must be above 0 and at most 1."
            );
        var nodes = network.Nodes.Where(node => node.Layer.Parameters.Any(parameter => parameter.Trainable)).ToArray();
        blockOf ??=
            nodes.Count(node => !node.Name.Contains('.', StringComparison.Ordinal)) > LargestPlainNetwork
                ? FirstPartOrTrunk
                : FirstPart;
        var blocks = nodes.GroupBy(node => blockOf(node.Name), StringComparer.Ordinal).ToArray();
        return
        [
            .. blocks.Select(
                (block, index) =>
                    new ParameterGroup
                    {
                        Parameters =
                        [
                            .. block.SelectMany(node =>
                                node.Layer.Parameters.Select(parameter =>
                                    KeyValuePair.Create($"{node.Name}.{parameter.Name}", parameter)
                                )
                            ),
                        ],
                        RateMultiplier = Math.Pow(decay, blocks.Length - 1 - index),
                    }
            ),
        ];
    }

    /// <summary>The block of a node; all nodes without a block in their names form one.</summary>
    private static string FirstPartOrTrunk(string name) =>
        name.Contains('.', StringComparison.Ordinal) ? FirstPart(name) : "";

    private static string FirstPart(string name)
    {
        var parts = name.Split('.');
        return parts.Length > 1 && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out _)
            ? $"{parts[0]}.{parts[1]}"
            : parts[0];
    }
}
