using Graft.Layers;
using Graft.Layers.Activations;
using Graft.Layers.Networks;

namespace Graft.Weights.Onnx.Operators;

/// <summary>
/// <c>Sigmoid</c> and <c>HardSigmoid</c> for the layers of like names; followed by a <c>Mul</c> with their own input for
/// <see cref="Swish"/> and <see cref="HardSwish"/>, for which the operator set that is written has no operators. Such a pair
/// is known by its names: the layer's, and the layer's with an ending.
/// </summary>
internal static class SmoothActivationOperators
{
    private const string GateEnding = "/gate";

    /// <summary>MobileNetV3's slope; ONNX's own default is 0.2.</summary>
    private const float HardSlope = 1f / 6;

    private const float HardOffset = 0.5f;

    public static void WriteSigmoid(OnnxGraphBuilder graph, NetworkNode node) => graph.Define(node, EmitSigmoid(graph, node, node.Name));

    public static void WriteSwish(OnnxGraphBuilder graph, NetworkNode node) => WriteProduct(graph, node, EmitSigmoid(graph, node, node.Name + GateEnding));

    public static void WriteHardSigmoid(OnnxGraphBuilder graph, NetworkNode node) => graph.Define(node, EmitHardSigmoid(graph, node, node.Name));

    public static void WriteHardSwish(OnnxGraphBuilder graph, NetworkNode node) => WriteProduct(graph, node, EmitHardSigmoid(graph, node, node.Name + GateEnding));

    public static void ReadSigmoid(OnnxNodeReader node) => Read(node, () => new Sigmoid(), () => new Swish());

    public static void ReadHardSigmoid(OnnxNodeReader node)
    {
        var (slope, offset) = (node.Float("alpha", 0.2f), node.Float("beta", 0.5f));
        if (slope != HardSlope || offset != HardOffset)
            throw node.Error($"alpha {HardSlope} and beta {HardOffset}", $"{slope} and {offset}", "Graft has no such layer; export another model.");
        Read(node, () => new HardSigmoid(), () => new HardSwish());
    }

    private static string EmitSigmoid(OnnxGraphBuilder graph, NetworkNode node, string name) => graph.Emit("Sigmoid", name, [graph.Input(node)]);

    private static string EmitHardSigmoid(OnnxGraphBuilder graph, NetworkNode node, string name) =>
        graph.Emit("HardSigmoid", name, [graph.Input(node)], OnnxAttribute.Float("alpha", HardSlope), OnnxAttribute.Float("beta", HardOffset));

    private static void WriteProduct(OnnxGraphBuilder graph, NetworkNode node, string gate) =>
        graph.Define(node, graph.Emit("Mul", node.Name, [graph.Input(node), gate]));

    private static void Read(OnnxNodeReader node, Func<Layer> alone, Func<Layer> withProduct)
    {
        node.RequireInputs(1);
        var input = node.Value(0, OnnxLayout.ChannelsFirst, OnnxLayout.Rows);
        if (node.Graph.Peek() is not { OpType: "Mul", Input: [var left, var right] } product
            || left != node.Inputs[0] || right != node.Output || product.Name.Length == 0 || node.Name != product.Name + GateEnding)
        {
            node.Define(alone, input.Layout, input);
            return;
        }

        // What is between the two stands for nothing in the network, so it gets no value.
        node.RequireAttributesRead();
        node.Graph.Take().Define(withProduct, input.Layout, input);
    }
}
