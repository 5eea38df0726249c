using Graft.Layers.Linear;
using Graft.Layers.Networks;

namespace Graft.Weights.Onnx.Operators;

/// <summary><c>Gemm</c> for <see cref="Dense"/>.</summary>
internal static class LinearOperators
{
    public static void WriteGemm(OnnxGraphBuilder graph, NetworkNode node)
    {
        var dense = (Dense)node.Layer;
        string[] inputs =
        [
            graph.Input(node),
            graph.Initializer($"{node.Name}.weight", dense.Weight.Value),
            graph.Initializer($"{node.Name}.bias", dense.Bias.Value),
        ];
        graph.Define(node, graph.Emit("Gemm", node.Name, inputs));
    }

    public static void ReadGemm(OnnxNodeReader node)
    {
        node.RequireInputs(3);
        var input = node.Value(0, OnnxLayout.Rows);
        var weight = node.Floats(1, 2);
        if (node.Floats(2, 1).Dimensions[0] != weight.Dimensions[1])
            throw node.Error($"a bias of {weight.Dimensions[1]} values", $"{node.Floats(2, 1).Dimensions[0]}");
        node.Define(
            () =>
            {
                var dense = new Dense(weight.Dimensions[0], weight.Dimensions[1]);
                node.CopyTo(1, dense.Weight);
                node.CopyTo(2, dense.Bias);
                return dense;
            },
            OnnxLayout.Rows,
            input);
    }
}
