using Graft.Layers;
using Graft.Layers.Normalization;
using Graft.Weights.Onnx.Graphs;

namespace Graft.Weights.Onnx.Operators;

/// <summary>
/// Maps <see cref="BatchNormalization"/> to <c>BatchNormalization</c>; epsilon and momentum have the same meaning.
/// </summary>
internal static class NormalizationOperators
{
    public static void WriteBatchNormalization(OnnxGraphBuilder graph, NetworkNode node)
    {
        var layer = (BatchNormalization)node.Layer;
        // The operator wants channels in the second dimension, after the batch.
        var isTokens = graph.ShapeOf(node.Name).Rank == 2;
        string[] inputs =
        [
            isTokens
                ? graph.Emit(
                    "Transpose",
                    $"{node.Name}/channels_first",
                    [graph.Input(node)],
                    OnnxOperatorOption.Integers("perm", 0, 2, 1)
                )
                : graph.Input(node),
            .. layer.Parameters.Select(parameter =>
                graph.Initializer($"{node.Name}.{parameter.Name}", parameter.Value)
            ),
        ];
        var output = graph.Emit(
            "BatchNormalization",
            node.Name,
            inputs,
            OnnxOperatorOption.Float("epsilon", layer.Epsilon),
            OnnxOperatorOption.Float("momentum", layer.Momentum)
        );
        if (isTokens)
            output = graph.Emit(
                "Transpose",
                $"{node.Name}/channels_last",
                [output],
                OnnxOperatorOption.Integers("perm", 0, 2, 1)
            );
        graph.Define(node, output);
    }

    public static void ReadBatchNormalization(OnnxNodeReader node)
    {
        node.RequireInputs(5);
        var input = node.Value(
            0,
            OnnxLayout.ChannelsFirst,
            OnnxLayout.Rows,
            OnnxLayout.Pooled,
            OnnxLayout.TokensChannelsFirst
        );
        var channels = node.Floats(1, 1).Dimensions[0];
        var (epsilon, momentum) = (node.Float("epsilon", 1e-5f), node.Float("momentum", 0.9f));
        node.Integer("training_mode", 0, 0, 0);
        node.Integer("spatial", 1, 1, 1);
        for (var i = 2; i < 5; i++)
        {
            if (node.Floats(i, 1).Dimensions[0] != channels)
                throw node.Error(
                    $"{channels} values as input {i + 1}, one for each channel",
                    $"{node.Floats(i, 1).Dimensions[0]}"
                );
        }

        node.Define(
            () =>
            {
                var layer = new BatchNormalization(channels, epsilon, momentum);
                // ONNX has the inputs in the order of the layer's parameters: scale, bias, mean, variance.
                for (var i = 0; i < layer.Parameters.Count; i++)
                    node.CopyTo(i + 1, layer.Parameters[i]);
                return layer;
            },
            input.Layout,
            input
        );
    }
}
