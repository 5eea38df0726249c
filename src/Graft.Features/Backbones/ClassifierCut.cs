using Graft.Layers;
using Graft.Layers.Activations;
using Graft.Layers.Convolution;
using Graft.Layers.Linear;
using Graft.Layers.Networks;
using Graft.Layers.Normalization;
using Graft.Layers.Pooling;
using Graft.Layers.Regularization;
using Graft.Layers.Reshaping;

namespace Graft.Features.Backbones;

/// <summary>
/// Finds the features of a network of unknown origin: the node where its trunk ends and its classifier begins.
/// </summary>
internal static class ClassifierCut
{
    private const int ListedNodes = 12;

    /// <summary>
    /// The node before the classifier. It is the pooled input of the classifier's dense layers. A network that flattens
    /// a feature map for them, such as VGG, is cut at the input of its last dense layer. A network that ends in a 1x1
    /// convolution followed only by activations and pooling, such as SqueezeNet, is cut before that convolution; one
    /// that averages logits of tokens, before the layer that gives them. The output itself is taken where there is no
    /// classifier.
    /// </summary>
    /// <param name="network">The network.</param>
    public static string Find(Network network)
    {
        var name = network.OutputName;
        // Tokens are not the answer of a classifier, so a dense layer that gives them is none.
        while (name != Network.InputName && network.OutputShape.Rank != 2)
        {
            var node = network[name];
            if (IsClassifier(node.Layer))
                return Pooled(network, node.Inputs[0]) ?? BeforeDropout(network, node.Inputs[0]);
            if (node.Inputs.Count != 1 || !IsBehindClassifier(node.Layer))
                break;
            name = node.Inputs[0];
        }

        return network.OutputName;
    }

    /// <summary>
    /// The last node that gives a feature map or tokens, from a node backwards; null if there is none. A map is taken
    /// before the tokens that are its pixels.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="features">The node to begin at.</param>
    public static string? FindMap(Network network, string features)
    {
        var name = features;
        while (name != Network.InputName && IsPooled(network, name))
            name = network[name].Inputs[0];
        return name == Network.InputName ? null : name;
    }

    /// <summary>Nodes that can be named in place of one that does not exist, for messages.</summary>
    /// <param name="network">The network.</param>
    /// <param name="wrong">The name that does not exist.</param>
    public static string Candidates(Network network, string wrong)
    {
        var features = Find(network);
        var similar = network
            .Nodes.Select(node => node.Name)
            .Where(name => name.Contains(wrong, StringComparison.OrdinalIgnoreCase))
            .Take(ListedNodes)
            .ToArray();
        var named =
            similar.Length > 0
                ? similar
                : [.. network.Nodes.SkipLast(1).TakeLast(ListedNodes).Select(node => node.Name)];
        return $"The features before its classifier are '{features}' {network.ShapeOf(features)}; "
            + $"{(similar.Length > 0 ? "similar names" : "its last nodes")} are: "
            + string.Join(", ", named.Select(name => $"{name} {network.ShapeOf(name)}"))
            + ". 'graft models info' with --summary lists all nodes.";
    }

    private static bool IsClassifier(Layer layer) =>
        layer switch
        {
            Dense => true,
            Convolution2D { Options: { KernelHeight: 1, KernelWidth: 1, HasBias: true } } => true,
            _ => false,
        };

    private static bool IsBehindClassifier(Layer layer) =>
        layer
            is Activation
                or Softmax
                or LogSoftmax
                or ReLU
                or Dropout
                or Flatten
                or GlobalAveragePooling
                or AdaptiveAveragePooling2D
                or AveragePooling2D;

    /// <summary>
    /// The pooled features that a stack of dense layers takes; null where a whole feature map is flattened for it, or
    /// where another kind of layer comes before it.
    /// </summary>
    private static string? Pooled(Network network, string name)
    {
        while (
            name != Network.InputName && network[name] is { Inputs.Count: 1 } node && network.ShapeOf(name).Rank == 1
        )
        {
            var before = network.ShapeOf(node.Inputs[0]);
            if (before.Rank != 1)
                return node.Layer is GlobalAveragePooling || (before.Rank == 3 && (before[0], before[1]) == (1, 1))
                    ? name
                    : null;
            if (node.Layer is not (Dense or BatchNormalization or Activation or ReLU or Dropout or Flatten))
                return null;
            name = node.Inputs[0];
        }

        return null;
    }

    /// <summary>Dropout does nothing at inference, so the features are the input of the dropout layer.</summary>
    private static string BeforeDropout(Network network, string name)
    {
        while (name != Network.InputName && network[name].Layer is Dropout)
            name = network[name].Inputs[0];
        return name;
    }

    private static bool IsPooled(Network network, string name)
    {
        var shape = network.ShapeOf(name);
        if (shape.Rank == 2)
            return network[name].Layer is ImageToTokens;
        // A feature map of 1x1 pixels counts as pooled only if it was made by pooling a larger one.
        return shape.Rank != 3
            || (
                (shape[0], shape[1]) == (1, 1)
                && network[name].Layer is Pooling2D or AdaptiveAveragePooling2D or Flatten or Dropout
            );
    }
}
