using Graft.Layers.Networks;
using Graft.Layers.Regularization;

namespace Graft.Weights.Onnx.Operators;

/// <summary><c>Dropout</c> for <see cref="Dropout"/>; it changes nothing when the file is run.</summary>
internal static class RegularizationOperators
{
    public static void WriteDropout(OnnxGraphBuilder graph, NetworkNode node) =>
        graph.Define(node, graph.Emit("Dropout", node.Name, [graph.Input(node), graph.Floats($"{node.Name}.ratio", [], ((Dropout)node.Layer).Rate)]));

    public static void ReadDropout(OnnxNodeReader node)
    {
        node.RequireInputs(2);
        var input = node.Value(0, OnnxLayout.ChannelsFirst, OnnxLayout.Rows);
        var rate = node.Scalar(1);
        node.Define(() => new Dropout(rate), input.Layout, input);
    }
}
