using Graft.Layers;
using Graft.Layers.Merging;
using Graft.Weights.Onnx.Graphs;

namespace Graft.Weights.Onnx.Operators;

/// <summary>
/// Maps <see cref="Add"/> and <see cref="Multiply"/> to <c>Add</c> and <c>Mul</c> of two computed values, and
/// <see cref="Concatenate"/> to <c>Concat</c> along the channels.
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
        // Multiply expects the smaller input, one factor for each channel, second. In the file it may be either input.
        if (node.Graph.ShapeOf(first).ElementCount < node.Graph.ShapeOf(second).ElementCount)
            (first, second) = (second, first);
        node.Define(() => new Multiply(), first.Layout, first, second);
    }

    private static bool HasConstant(OnnxNodeReader node) =>
        node.FindConstant(0) is not null || node.FindConstant(1) is not null;

    public static void WriteConcat(OnnxGraphBuilder graph, NetworkNode node)
    {
        // In the file, dimension 1 holds the channels of images (channels first) and the values of vectors.
        var inputs = Enumerable.Range(0, node.Inputs.Count).Select(index => graph.Input(node, index));
        graph.Define(node, graph.Emit("Concat", node.Name, [.. inputs], OnnxOperatorOption.Integer("axis", 1)));
    }

    public static void ReadConcat(OnnxNodeReader node)
    {
        if (node.Inputs.Count == 0)
            throw node.Error("at least one input", "none");
        var first = node.Value(0, OnnxLayout.ChannelsFirst, OnnxLayout.ChannelsLast, OnnxLayout.Rows);
        var inputs = Enumerable.Range(0, node.Inputs.Count).Select(index => node.Value(index, first.Layout)).ToArray();
        var rank = first.Layout == OnnxLayout.Rows ? 2 : 4;
        var axis = node.Integer("axis", 0, -rank, rank - 1);
        var channels = first.Layout == OnnxLayout.ChannelsLast ? 3 : 1;
        if ((axis + rank) % rank != channels)
            throw node.Error($"axis {channels}, the channels", $"{axis}");
        node.Define(() => new Concatenate(inputs.Length), first.Layout, inputs);
    }
}
