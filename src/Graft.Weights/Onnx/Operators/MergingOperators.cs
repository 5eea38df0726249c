using Graft.Layers.Merging;
using Graft.Layers.Networks;

namespace Graft.Weights.Onnx.Operators;

/// <summary><c>Add</c> of two computed values for <see cref="Add"/>.</summary>
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
}
