using Graft.Layers;
using Graft.Layers.Linear;
using Graft.Weights.Onnx.Graphs;

namespace Graft.Weights.Onnx.Operators;

/// <summary>
/// Maps <see cref="Dense"/> to <c>Gemm</c>, or to <c>MatMul</c> and <c>Add</c> on tokens.
/// </summary>
internal static class LinearOperators
{
    public static void WriteGemm(OnnxGraphBuilder graph, NetworkNode node)
    {
        var dense = (Dense)node.Layer;
        var weight = graph.Initializer($"{node.Name}.weight", dense.Weight.Value);
        var bias = graph.Initializer($"{node.Name}.bias", dense.Bias.Value);
        if (graph.ShapeOf(node.Name).Rank == 1)
        {
            graph.Define(node, graph.Emit("Gemm", node.Name, [graph.Input(node), weight, bias]));
            return;
        }

        // Gemm takes matrices only.
        var product = graph.Emit("MatMul", node.Name, [graph.Input(node), weight]);
        graph.Define(node, graph.Emit("Add", $"{node.Name}/bias", [product, bias]));
    }

    public static void ReadGemm(OnnxNodeReader node)
    {
        node.RequireInputs(2, 3);
        var input = node.Value(0, OnnxLayout.Rows, OnnxLayout.FlattenedChannelsFirst);
        var (weight, transposed) = (node.Floats(1, 2), node.Integer("transB", 0, 0, 1) == 1);
        node.Integer("transA", 0, 0, 0);
        var (alpha, beta) = (node.Float("alpha", 1), node.Float("beta", 1));
        var outputs = weight.Dimensions[transposed ? 0 : 1];
        var bias = node.HasInput(2) ? Bias(node, 2, outputs) : null;
        node.Define(
            () =>
            {
                var dense = DenseWeights.Read(weight, transposed, input.Image);
                Scale(dense.Weight.Value.Span, alpha);
                bias?.CopyTo(dense.Bias.Value.Span);
                Scale(dense.Bias.Value.Span, beta);
                return dense;
            },
            OnnxLayout.Rows,
            input
        );
    }

    /// <summary>Reads a product with a constant matrix, and an <c>Add</c> of a constant that follows, if any.</summary>
    public static void ReadMatMul(OnnxNodeReader node)
    {
        node.RequireInputs(2);
        var input = node.Value(0, OnnxLayout.Rows, OnnxLayout.Tokens, OnnxLayout.FlattenedChannelsFirst);
        var weight = node.Floats(1, 2);
        OnnxConstant? bias = null;
        var (name, last) = (node.Name, node);
        if (node.Graph.Peek(node.Output) is { OpType: "Add", Input.Count: 2 } sum)
        {
            var addition = node.Graph.Look(sum);
            var index = sum.Input[0] == node.Output ? 1 : 0;
            if (addition.FindConstant(index) is not null)
            {
                bias = Bias(addition, index, weight.Dimensions[1]);
                node.RequireAttributesRead();
                last = node.Graph.Take(sum);
            }
        }

        last.Define(
            name,
            () =>
            {
                var dense = DenseWeights.Read(weight, isTransposed: false, input.Image);
                bias?.CopyTo(dense.Bias.Value.Span);
                return dense;
            },
            input.Layout == OnnxLayout.Tokens ? OnnxLayout.Tokens : OnnxLayout.Rows,
            input
        );
    }

    /// <summary>A constant with one value for each output. All dimensions except the last are 1.</summary>
    private static OnnxConstant Bias(OnnxNodeReader node, int index, int outputs)
    {
        var bias = node.FindConstant(index) ?? throw node.Error($"a constant as input {index + 1}", "none");
        return !bias.IsInteger && bias.Count == outputs && bias.Dimensions is [.., var last] && last == outputs
            ? bias
            : throw node.Error($"a bias of {outputs} values", bias.Description);
    }

    private static void Scale(Span<float> values, float factor)
    {
        if (factor == 1)
            return;
        foreach (ref var value in values)
            value *= factor;
    }
}
