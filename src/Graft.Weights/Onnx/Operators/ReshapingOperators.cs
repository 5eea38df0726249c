using Graft.Layers.Networks;
using Graft.Layers.Reshaping;

namespace Graft.Weights.Onnx.Operators;

/// <summary>
/// <c>Flatten</c> for <see cref="Flatten"/>, of an image with its channels last. <c>Transpose</c> only changes the layout
/// and stands for no layer; so does the <c>Flatten</c> behind a global pooling.
/// </summary>
internal static class ReshapingOperators
{
    public static void WriteFlatten(OnnxGraphBuilder graph, NetworkNode node) =>
        graph.Define(node, graph.Emit("Flatten", node.Name, [graph.Unchanged(node.Inputs[0])], OnnxAttribute.Integer("axis", 1)));

    public static void ReadFlatten(OnnxNodeReader node)
    {
        node.RequireInputs(1);
        node.Integer("axis", 1, 1, 1);
        var input = node.Value(0, OnnxLayout.Rows, OnnxLayout.ChannelsLast, OnnxLayout.Pooled);
        if (input.Layout == OnnxLayout.Pooled)
            node.Alias(input with { Layout = OnnxLayout.Rows });
        else
            node.Define(() => new Flatten(), OnnxLayout.Rows, input);
    }

    public static void ReadTranspose(OnnxNodeReader node)
    {
        node.RequireInputs(1);
        var input = node.Value(0, OnnxLayout.ChannelsFirst, OnnxLayout.ChannelsLast);
        var order = node.Integers("perm", 4, 0, 0);
        var result = (input.Layout, order) switch
        {
            (OnnxLayout.ChannelsLast, [0, 3, 1, 2]) => OnnxLayout.ChannelsFirst,
            (OnnxLayout.ChannelsFirst, [0, 2, 3, 1]) => OnnxLayout.ChannelsLast,
            _ => throw node.Error("an order that moves the channels of an image to the other end", $"[{string.Join(", ", order)}] for layout {input.Layout}"),
        };
        node.Alias(input with { Layout = result });
    }
}
