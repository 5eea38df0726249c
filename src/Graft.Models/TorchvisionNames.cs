using System.Text.RegularExpressions;
using Graft.Layers;
using Graft.Layers.Convolution;
using Graft.Layers.Linear;
using Graft.Layers.Networks;
using Graft.Layers.Reshaping;
using Graft.Tensors;

namespace Graft.Models;

/// <summary>
/// The names and orders that a network's parameters have in files of torchvision's <c>state_dict</c>. Nodes have
/// torchvision's names already, so that names are <c>node.parameter</c> on both sides; orders differ:
/// <list type="table">
/// <item><term>convolution</term><description>here <c>[height, width, inputs, outputs]</c>, there <c>[outputs, inputs,
/// height, width]</c></description></item>
/// <item><term>dense</term><description>here <c>[inputs, outputs]</c>, there <c>[outputs,
/// inputs]</c></description></item>
/// <item><term>dense behind a flattened map</term><description>its inputs are here in the order height, width,
/// channels, there channels, height, width</description></item>
/// <item><term>all others</term><description>the same</description></item>
/// </list>
/// PyTorch's <c>num_batches_tracked</c> has no counterpart, nor have the classifiers that only train (<c>aux1</c>,
/// <c>AuxLogits</c>).
/// </summary>
public static partial class TorchvisionNames
{
    /// <summary>Lists a network's parameters as such a file has them.</summary>
    /// <param name="network">The network.</param>
    /// <returns>One entry for each parameter, in the order of the nodes.</returns>
    public static IReadOnlyList<TorchvisionTensor> Create(Network network)
    {
        ArgumentNullException.ThrowIfNull(network);
        var timm = TimmNames.Create(network);
        return
        [
            .. network.Nodes.SelectMany(node =>
                node.Layer.Parameters.Select(parameter => Place(network, node, parameter, timm))
            ),
        ];
    }

    private static TorchvisionTensor Place(
        Network network,
        NetworkNode node,
        Parameter parameter,
        IReadOnlyDictionary<string, string> timm
    )
    {
        var name = $"{node.Name}.{parameter.Name}";
        string[] otherNames = timm.TryGetValue(node.Name, out var module)
            ? [$"{module}.{parameter.Name}"]
            : OlderNames(name);
        var shape = parameter.Shape;
        if (parameter.Role != ParameterRole.Weight)
            return new(name, otherNames, shape, parameter, null);
        switch (node.Layer)
        {
            case Convolution2D:
                return new(
                    name,
                    otherNames,
                    new Shape(shape[3], shape[2], shape[0], shape[1]),
                    parameter,
                    (shape[0] * shape[1], shape[2], shape[3])
                );
            case Dense dense:
                var taps = FlattenedPixels(network, node);
                return new(
                    name,
                    otherNames,
                    new Shape(dense.Outputs, dense.Inputs),
                    parameter,
                    (taps, dense.Inputs / taps, dense.Outputs)
                );
            default:
                throw new NotSupportedException(
                    $"Node '{node.Name}': {node.Layer.Kind} has no counterpart among torchvision's layers."
                );
        }
    }

    /// <summary>
    /// How many pixels there are in each channel of the map that a dense layer gets flattened; 1 where it gets none.
    /// </summary>
    private static int FlattenedPixels(Network network, NetworkNode dense)
    {
        var name = dense.Inputs[0];
        while (name != Network.InputName && network[name] is { Inputs.Count: 1 } node)
        {
            if (node.Layer is Flatten && network.ShapeOf(node.Inputs[0]) is { Rank: 3 } map)
                return map[0] * map[1];
            if (
                node.Layer.Parameters.Count > 0
                || node.Layer is Flatten
                || network.ShapeOf(node.Inputs[0]) != network.ShapeOf(name)
            )
                return 1;
            name = node.Inputs[0];
        }

        return 1;
    }

    /// <summary>
    /// The first weights of DenseNets were published with a dot before the numbers of layers:
    /// <c>denselayer1.norm.1</c>.
    /// </summary>
    private static string[] OlderNames(string name) =>
        DenseLayer().Match(name) is { Success: true } match ? [$"{match.Groups[1].Value}.{match.Groups[2].Value}"] : [];

    [GeneratedRegex(@"^(.*denselayer\d+\.(?:norm|conv))([12]\..*)$", RegexOptions.CultureInvariant)]
    private static partial Regex DenseLayer();
}
