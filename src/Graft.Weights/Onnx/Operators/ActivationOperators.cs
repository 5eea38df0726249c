using Graft.Layers;
using Graft.Layers.Activations;
using Graft.Weights.Onnx.Graphs;

namespace Graft.Weights.Onnx.Operators;

/// <summary>
/// Maps <see cref="ReLU"/> to <c>Relu</c>, or to <c>Clip</c> when it has a maximum, and <see cref="Softmax"/> and
/// <see cref="LogSoftmax"/> to the operators of the same names.
/// </summary>
internal static class ActivationOperators
{
    public static void WriteReLU(OnnxGraphBuilder graph, NetworkNode node)
    {
        var maximum = ((ReLU)node.Layer).Maximum;
        if (!(maximum > 0))
            throw new ArgumentException(
                $"Writing ONNX: node '{node.Name}' is a ReLU with maximum {maximum}; expected one above 0.",
                nameof(node)
            );
        if (float.IsPositiveInfinity(maximum))
        {
            graph.Define(node, graph.Emit("Relu", node.Name, [graph.Input(node)]));
            return;
        }

        string[] inputs =
        [
            graph.Input(node),
            graph.Floats($"{node.Name}.minimum", [], 0),
            graph.Floats($"{node.Name}.maximum", [], maximum),
        ];
        graph.Define(node, graph.Emit("Clip", node.Name, inputs));
    }

    public static void ReadRelu(OnnxNodeReader node)
    {
        node.RequireInputs(1);
        var input = node.Elements(0);
        node.Define(() => new ReLU(), input.Layout, input);
    }

    public static void ReadClip(OnnxNodeReader node)
    {
        var input = node.Elements(0);
        var (minimum, maximum) = Bounds(node);
        if (minimum != 0 || !(maximum > 0))
            throw node.Error("0 as minimum and a maximum above 0", $"{minimum} and {maximum}");
        node.Define(() => new ReLU(maximum), input.Layout, input);
    }

    /// <summary>The limits of a <c>Clip</c>: attributes before opset 11, inputs since.</summary>
    public static (float Minimum, float Maximum) Bounds(OnnxNodeReader node)
    {
        node.RequireInputs(1, 3);
        var minimum = node.FloatOrNull("min") ?? (node.HasInput(1) ? node.Scalar(1) : float.NegativeInfinity);
        var maximum = node.FloatOrNull("max") ?? (node.HasInput(2) ? node.Scalar(2) : float.PositiveInfinity);
        return (minimum, maximum);
    }

    public static void WriteSoftmax(OnnxGraphBuilder graph, NetworkNode node) =>
        WriteNormalized(graph, node, "Softmax");

    public static void ReadSoftmax(OnnxNodeReader node) => ReadNormalized(node, () => new Softmax());

    public static void WriteLogSoftmax(OnnxGraphBuilder graph, NetworkNode node) =>
        WriteNormalized(graph, node, "LogSoftmax");

    public static void ReadLogSoftmax(OnnxNodeReader node) => ReadNormalized(node, () => new LogSoftmax());

    private static void WriteNormalized(OnnxGraphBuilder graph, NetworkNode node, string operatorType) =>
        graph.Define(
            node,
            graph.Emit(
                operatorType,
                node.Name,
                [graph.Input(node)],
                // The last axis, after the batch.
                OnnxOperatorOption.Integer("axis", graph.ShapeOf(node.Name).Rank)
            )
        );

    private static void ReadNormalized(OnnxNodeReader node, Func<Layer> layer)
    {
        node.RequireInputs(1);
        var input = node.Value(0, OnnxLayout.Rows, OnnxLayout.Tokens);
        var last = input.Layout == OnnxLayout.Rows ? 1 : 2;
        if (node.Integer("axis", -1, -1, last) is var axis && axis != -1 && axis != last)
            throw node.Error($"the last axis, {last} or -1", $"{axis}");
        node.Define(layer, input.Layout, input);
    }
}
