using System.Text.RegularExpressions;
using Graft.Layers;
using Graft.Layers.Convolution;
using Graft.Layers.Linear;
using Graft.Layers.Networks;
using Graft.Layers.Normalization;
using Graft.Layers.Reshaping;
using Graft.Tensors;

namespace Graft.Models;

/// <summary>
/// The names and axis orders of a network's parameters in files with torchvision's <c>state_dict</c>. Nodes already
/// have torchvision's names, so that a parameter is <c>node.parameter</c> in both. The axis orders differ:
/// <list type="table">
/// <item><term>convolution</term><description><c>[height, width, inputs, outputs]</c> in Graft, <c>[outputs, inputs,
/// height, width]</c> in torchvision</description></item>
/// <item><term>dense</term><description><c>[inputs, outputs]</c> in Graft, <c>[outputs, inputs]</c> in
/// torchvision</description></item>
/// <item><term>dense after a flattened feature map</term><description>the inputs are in the order height, width,
/// channels in Graft, and channels, height, width in torchvision</description></item>
/// <item><term>mean image</term><description><c>[height, width, channels]</c> in Graft, <c>[channels, height,
/// width]</c> in PyTorch</description></item>
/// <item><term>all others</term><description>the same</description></item>
/// </list>
/// PyTorch's <c>num_batches_tracked</c> and the auxiliary classifiers, which are used only in training (<c>aux1</c>,
/// <c>AuxLogits</c>), have no counterpart.
/// </summary>
public static partial class TorchvisionNames
{
    /// <summary>Lists a network's parameters as they are stored in such a file.</summary>
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
        if (node.Layer is MeanImageSubtraction)
            return new(
                name,
                otherNames,
                new Shape(shape[2], shape[0], shape[1]),
                parameter,
                (shape[0] * shape[1], shape[2], 1)
            );
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
    /// The number of positions (height times width) of the flattened feature map that a dense layer takes; 1 if its
    /// input is not a flattened feature map.
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
    /// The name in the first published DenseNet weights, which have a dot before the number of a layer, as in
    /// <c>denselayer1.norm.1</c>; empty for other parameters.
    /// </summary>
    private static string[] OlderNames(string name) =>
        DenseLayer().Match(name) is { Success: true } match ? [$"{match.Groups[1].Value}.{match.Groups[2].Value}"] : [];

    [GeneratedRegex(@"^(.*denselayer\d+\.(?:norm|conv))([12]\..*)$", RegexOptions.CultureInvariant)]
    private static partial Regex DenseLayer();
}
