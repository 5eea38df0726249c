using Graft.Layers;
using Graft.Layers.Activations;
using Graft.Layers.Convolution;
using Graft.Layers.Networks;
using Graft.Layers.Pooling;
using Graft.Layers.Reshaping;

namespace Graft.Benchmarks.Peers;

/// <summary>
/// Moves zero paddings into the convolutions and poolings behind them, as people write networks for the other programs:
/// Keras's own padding layers must not cost the peers a copy of the image.
/// </summary>
internal static class PaddingFolding
{
    /// <summary>Rebuilds a network without paddings of their own where that changes nothing.</summary>
    /// <param name="network">
    /// The network, whose layers go over to the result; not to be used or disposed any more.
    /// </param>
    public static Network Fold(Network network)
    {
        var folded = new Network(network.InputShape);
        var paddings = new Dictionary<string, (string Input, Padding2D Padding)>(StringComparer.Ordinal);
        foreach (var node in network.Nodes)
        {
            if (node.Layer is ZeroPadding2D zero && CanFold(network, node))
            {
                paddings.Add(node.Name, (node.Inputs[0], zero.Padding));
                zero.Dispose();
                continue;
            }

            if (node.Inputs is [var only] && paddings.TryGetValue(only, out var pending))
                folded.Add(node.Name, WithPadding(node.Layer, pending.Padding), pending.Input);
            else
                folded.Add(node.Name, node.Layer, node.Inputs);
        }

        return folded;
    }

    /// <summary>Behind a rectifier nothing is below zero, so zeros around an image never change a maximum.</summary>
    private static bool CanFold(Network network, NetworkNode padding) =>
        padding.Name != network.OutputName
        && network
            .Nodes.Where(node => node.Inputs.Contains(padding.Name))
            .All(node =>
                node.Layer is Convolution2D
                || (
                    node.Layer is MaxPooling2D
                    && padding.Inputs[0] != Network.InputName
                    && network[padding.Inputs[0]].Layer is ReLU
                )
            );

    private static Layer WithPadding(Layer layer, Padding2D padding)
    {
        using (layer)
        {
            if (layer is MaxPooling2D pooling)
                return new MaxPooling2D(pooling.Options with { Padding = pooling.Options.Padding.Plus(padding) });
            var convolution = (Convolution2D)layer;
            var padded = new Convolution2D(
                convolution.Options with
                {
                    Padding = convolution.Options.Padding.Plus(padding),
                }
            );
            foreach (var (from, to) in convolution.Parameters.Zip(padded.Parameters))
                from.Value.Span.CopyTo(to.Value.Span);
            return padded;
        }
    }
}
