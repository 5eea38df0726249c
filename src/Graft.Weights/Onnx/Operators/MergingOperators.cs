using Graft.Layers.Merging;
using Graft.Layers.Networks;

namespace Graft.Weights.Onnx.Operators;

/// <summary><c>Add</c> of two computed values for <see cref="Add"/>, <c>Concat</c> along the channels for <see cref="Concatenate"/>.</summary>
internal static class MergingOperators
{
    public static void WriteAdd(OnnxGraphBuilder graph, NetworkNode node) =>
        graph.Define(node, graph.Emit("Add", node.Name, [graph.Input(node, 0), graph.Input(node, 1)]));

    public static void ReadAdd(OnnxNodeReader node)
    {
        node.RequireInputs(2);
        var first = node.Value(0, OnnxLayout.ChannelsFirst, OnnxLayout.Rows);
        var second = node.Value(1, first.Layout);
        node.Define(() => new Add(), first.Layout, first, second);
    }

    public static void WriteConcat(OnnxGraphBuilder graph, NetworkNode node)
    {
        // The channels of images come first in the file too, so that they and the values of rows are dimension 1.
        var inputs = Enumerable.Range(0, node.Inputs.Count).Select(index => graph.Input(node, index));
        graph.Define(node, graph.Emit("Concat", node.Name, [.. inputs], OnnxAttribute.Integer("axis", 1)));
    }

    public static void ReadConcat(OnnxNodeReader node)
    {
        if (node.Inputs.Count == 0)
            throw node.Error("one input or more", "none");
        var first = node.Value(0, OnnxLayout.ChannelsFirst, OnnxLayout.Rows);
        var inputs = Enumerable.Range(0, node.Inputs.Count).Select(index => node.Value(index, first.Layout)).ToArray();
        node.Integer("axis", 0, 1, 1);
        node.Define(() => new Concatenate(inputs.Length), first.Layout, inputs);
    }
}
