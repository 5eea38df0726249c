using System.Text.RegularExpressions;
using Graft.Layers;
using Graft.Layers.Convolution;
using Graft.Layers.Linear;
using Graft.Layers.Networks;
using Graft.Layers.Normalization;
using Graft.Tensors;

namespace Graft.Models;

/// <summary>
/// timm's names for the layers of MobileNets and EfficientNets, which it groups differently from torchvision:
/// <list type="table">
/// <item><term>first and last convolution</term><description><c>conv_stem</c>, <c>bn1</c>; <c>conv_head</c>,
/// <c>bn2</c></description></item>
/// <item><term>blocks</term><description><c>blocks.STAGE.BLOCK</c>, where a stage is a sequence of
/// blocks with the same number of outputs</description></item>
/// <item><term>block with an expansion</term><description><c>conv_pw</c>, <c>bn1</c>, <c>conv_dw</c>, <c>bn2</c>,
/// <c>conv_pwl</c>, <c>bn3</c></description></item>
/// <item><term>block without one</term><description><c>conv_dw</c>, <c>bn1</c>, <c>conv_pw</c>,
/// <c>bn2</c></description></item>
/// <item><term>squeeze and excitation</term><description><c>se.conv_reduce</c>,
/// <c>se.conv_expand</c></description></item>
/// <item><term>MobileNetV3</term><description>the last convolution is a stage of its own (<c>conv</c>,
/// <c>bn1</c>); <c>conv_head</c> is the hidden layer of the classifier</description></item>
/// </list>
/// ResNets and DenseNets have the same names in both. timm's <c>tf_</c> variants pad differently and are not
/// covered.
/// </summary>
internal static partial class TimmNames
{
    /// <summary>A tensor that only timm's files have.</summary>
    private const string FirstWeight = "conv_stem.weight";

    /// <summary>A node that only MobileNetV3 has, of the three families.</summary>
    private const string FirstOfVersion3 = "features.1.block.0.0";

    /// <summary>The epsilon of timm's batch normalisation, PyTorch's default; torchvision follows the papers.</summary>
    private const float Epsilon = 1e-5f;

    /// <summary>Whether a file has timm's names.</summary>
    /// <param name="shapeOf">Returns the shape of a tensor of the file; null if there is none with that name.</param>
    public static bool AreIn(Func<string, Shape?> shapeOf) => shapeOf(FirstWeight) is not null;

    /// <summary>Maps each node with parameters to timm's module; empty for networks of other families.</summary>
    public static IReadOnlyDictionary<string, string> Create(Network network)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        var groups = network
            .Nodes.Where(static node => node.Layer.Parameters.Count > 0)
            .GroupBy(static node => Block().Match(node.Name).Value, StringComparer.Ordinal)
            .ToArray();
        if (groups.All(static group => group.Key.Length == 0))
            return names;
        var (stage, block, outputs) = (-1, 0, 0);
        foreach (var group in groups.Where(static group => group.Key.Length > 0))
        {
            var last = group.Select(static node => node.Layer).OfType<Convolution2D>().Last().Weight.Shape[^1];
            (stage, block) = last == outputs ? (stage, block + 1) : (stage + 1, 0);
            outputs = last;
            NameBlock(names, $"blocks.{stage}.{block}", group);
        }

        var rest = groups.Where(static group => group.Key.Length == 0).SelectMany(static group => group).ToArray();
        if (network.Contains(FirstOfVersion3))
            NameRest(
                names,
                rest,
                ["conv_stem", "bn1", $"blocks.{stage + 1}.0.conv", $"blocks.{stage + 1}.0.bn1"],
                ["conv_head", "classifier"]
            );
        else
            NameRest(names, rest, ["conv_stem", "bn1", "conv_head", "bn2"], ["classifier"]);
        return names;
    }

    /// <summary>
    /// Adapts batch normalisations that were trained with timm's epsilon to the epsilon of their layers: each scale is
    /// multiplied by <c>sqrt((variance + own) / (variance + timm's))</c>.
    /// </summary>
    public static void AdoptEpsilon(Network network)
    {
        foreach (
            var normalization in network
                .Nodes.Select(static node => node.Layer)
                .OfType<BatchNormalization>()
                .Where(static layer => layer.Epsilon != Epsilon)
        )
        {
            var weight = normalization.Weight.Value.Span;
            var variance = normalization.RunningVariance.Value.Span;
            for (var i = 0; i < weight.Length; i++)
                weight[i] = (float)(
                    weight[i]
                    * Math.Sqrt(((double)variance[i] + normalization.Epsilon) / ((double)variance[i] + Epsilon))
                );
        }
    }

    private static void NameBlock(Dictionary<string, string> names, string prefix, IEnumerable<NetworkNode> nodes)
    {
        var convolutions = new List<string>();
        var normalizations = 0;
        foreach (var node in nodes)
        {
            if (node.Layer is BatchNormalization)
                names[node.Name] = $"{prefix}.bn{++normalizations}";
            else if (node.Name.EndsWith(".fc1", StringComparison.Ordinal))
                names[node.Name] = $"{prefix}.se.conv_reduce";
            else if (node.Name.EndsWith(".fc2", StringComparison.Ordinal))
                names[node.Name] = $"{prefix}.se.conv_expand";
            else
                convolutions.Add(node.Name);
        }

        string[] modules = convolutions.Count == 3 ? ["conv_pw", "conv_dw", "conv_pwl"] : ["conv_dw", "conv_pw"];
        foreach (var (convolution, module) in convolutions.Zip(modules))
            names[convolution] = $"{prefix}.{module}";
    }

    /// <summary>
    /// Names the first convolution, the last convolution, and the classifier's layers, which a trunk does not have.
    /// </summary>
    private static void NameRest(
        Dictionary<string, string> names,
        NetworkNode[] nodes,
        string[] modules,
        string[] classifier
    )
    {
        var dense = nodes.Where(static node => node.Layer is Dense).ToArray();
        foreach (var (node, module) in nodes.Except(dense).Zip(modules).Concat(dense.Zip(classifier)))
            names[node.Name] = module;
    }

    [GeneratedRegex(@"^features\.\d+(\.\d+)?(?=\.(block|conv)\.)", RegexOptions.CultureInvariant)]
    private static partial Regex Block();
}
