using Graft.Layers;
using Graft.Layers.Merging;
using Graft.Weights.Onnx.Graphs;

namespace Graft.Weights.Onnx.Operators;

/// <summary>
/// <c>Add</c> and <c>Mul</c> of two computed values for <see cref="Add"/> and <see cref="Multiply"/>, <c>Concat</c>
/// along the channels for <see cref="Concatenate"/>.
/// </summary>
internal static class MergingOperators
{
    public static void WriteAdd(OnnxGraphBuilder graph, NetworkNode node) =>
        graph.Define(node, graph.Emit("Add", node.Name, [graph.Input(node, 0), graph.Input(node, 1)]));

    public static void ReadAdd(OnnxNodeReader node)
    {
        node.RequireInputs(2);
        if (HasConstant(node))
        {
            if (!SmoothActivationOperators.TryReadSteps(node))
                ScalingOperators.Read(node);
            return;
        }

        var first = node.Elements(0);
        var second = node.Value(1, first.Layout);
        node.Define(() => new Add(), first.Layout, first, second);
    }

    public static void WriteMul(OnnxGraphBuilder graph, NetworkNode node) =>
        graph.Define(node, graph.Emit("Mul", node.Name, [graph.Input(node, 0), graph.Input(node, 1)]));

    public static void ReadMul(OnnxNodeReader node)
    {
        node.RequireInputs(2);
        if (HasConstant(node))
        {
            PreprocessingOperators.Read(node);
            return;
        }

        var first = node.Elements(0);
        var second = node.Value(1, first.Layout);
        // The factors of channels are Graft's second input, wherever the file has them.
        if (node.Graph.ShapeOf(first).ElementCount < node.Graph.ShapeOf(second).ElementCount)
            (first, second) = (second, first);
        node.Define(() => new Multiply(), first.Layout, first, second);
    }

    private static bool HasConstant(OnnxNodeReader node) =>
        node.FindConstant(0) is not null || node.FindConstant(1) is not null;

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
        var first = node.Value(0, OnnxLayout.ChannelsFirst, OnnxLayout.ChannelsLast, OnnxLayout.Rows);
        var inputs = Enumerable.Range(0, node.Inputs.Count).Select(index => node.Value(index, first.Layout)).ToArray();
        var rank = first.Layout == OnnxLayout.Rows ? 2 : 4;
        var axis = node.Integer("axis", 0, -rank, rank - 1);
        var channels = first.Layout == OnnxLayout.ChannelsLast ? 3 : 1;
        if ((axis + rank) % rank != channels)
            throw node.Error($"axis {channels}, that of the channels", $"{axis}");
        node.Define(() => new Concatenate(inputs.Length), first.Layout, inputs);
    }
}
