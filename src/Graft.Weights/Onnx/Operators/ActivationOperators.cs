using Graft.Layers.Activations;
using Graft.Layers.Networks;

namespace Graft.Weights.Onnx.Operators;

/// <summary><c>Relu</c>, or <c>Clip</c> where there is a ceiling, for <see cref="ReLU"/>; <c>Softmax</c> for <see cref="Softmax"/>.</summary>
internal static class ActivationOperators
{
    public static void WriteReLU(OnnxGraphBuilder graph, NetworkNode node)
    {
        var maximum = ((ReLU)node.Layer).Maximum;
        if (!(maximum > 0))
            throw new ArgumentException($"Writing ONNX: node '{node.Name}' is a ReLU with the ceiling {maximum}; expected one above 0.", nameof(node));
        if (float.IsPositiveInfinity(maximum))
        {
            graph.Define(node, graph.Emit("Relu", node.Name, [graph.Input(node)]));
            return;
        }

        string[] inputs = [graph.Input(node), graph.Floats($"{node.Name}.minimum", [], 0), graph.Floats($"{node.Name}.maximum", [], maximum)];
        graph.Define(node, graph.Emit("Clip", node.Name, inputs));
    }

    public static void ReadRelu(OnnxNodeReader node)
    {
        node.RequireInputs(1);
        var input = node.Value(0, OnnxLayout.ChannelsFirst, OnnxLayout.Rows);
        node.Define(() => new ReLU(), input.Layout, input);
    }

    public static void ReadClip(OnnxNodeReader node)
    {
        node.RequireInputs(3);
        var input = node.Value(0, OnnxLayout.ChannelsFirst, OnnxLayout.Rows);
        var (minimum, maximum) = (node.Scalar(1), node.Scalar(2));
        if (minimum != 0 || !(maximum > 0))
            throw node.Error("0 as minimum and a maximum above 0", $"{minimum} and {maximum}");
        node.Define(() => new ReLU(maximum), input.Layout, input);
    }

    public static void WriteSoftmax(OnnxGraphBuilder graph, NetworkNode node) =>
        graph.Define(node, graph.Emit("Softmax", node.Name, [graph.Input(node)], OnnxAttribute.Integer("axis", 1)));

    public static void ReadSoftmax(OnnxNodeReader node)
    {
        node.RequireInputs(1);
        var input = node.Value(0, OnnxLayout.Rows);
        if (Math.Abs(node.Integer("axis", -1, -1, 1)) != 1)
            throw node.Error("axis 1 or -1", "0");
        node.Define(() => new Softmax(), OnnxLayout.Rows, input);
    }
}
