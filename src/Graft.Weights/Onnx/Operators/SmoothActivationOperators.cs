using Graft.Layers;
using Graft.Layers.Activations;
using Graft.Weights.Onnx.Graphs;
using Graft.Weights.Onnx.Messages;

namespace Graft.Weights.Onnx.Operators;

/// <summary>
/// Maps <see cref="Sigmoid"/> and <see cref="HardSigmoid"/> to the operators of the same names. <see cref="Swish"/> and
/// <see cref="HardSwish"/> become these operators followed by a <c>Mul</c> with their input, because the written
/// operator set has no operators for them. Other programs also write <c>HardSwish</c>, or single steps: they add 3,
/// clip to 0 and 6, and divide by 6.
/// </summary>
internal static class SmoothActivationOperators
{
    private const string GateEnding = "/gate";

    // MobileNetV3's slope; ONNX's default is 0.2.
    private const float HardSlope = 1f / 6;

    private const float HardOffset = 0.5f;

    public static void WriteSigmoid(OnnxGraphBuilder graph, NetworkNode node) =>
        graph.Define(node, EmitSigmoid(graph, node, node.Name));

    public static void WriteSwish(OnnxGraphBuilder graph, NetworkNode node) =>
        WriteProduct(graph, node, EmitSigmoid(graph, node, node.Name + GateEnding));

    public static void WriteHardSigmoid(OnnxGraphBuilder graph, NetworkNode node) =>
        graph.Define(node, EmitHardSigmoid(graph, node, node.Name));

    public static void WriteHardSwish(OnnxGraphBuilder graph, NetworkNode node) =>
        WriteProduct(graph, node, EmitHardSigmoid(graph, node, node.Name + GateEnding));

    public static void ReadSigmoid(OnnxNodeReader node) => Read(node, () => new Sigmoid(), () => new Swish());

    public static void ReadHardSigmoid(OnnxNodeReader node)
    {
        var (slope, offset) = (node.Float("alpha", 0.2f), node.Float("beta", 0.5f));
        // Exporters write 1/6 with different numbers of digits.
        if (Math.Abs(slope - HardSlope) > 1e-6f || offset != HardOffset)
            throw node.Error(
                $"alpha {HardSlope} and beta {HardOffset}",
                $"{slope} and {offset}",
                "Graft has no such layer; export another model."
            );
        Read(node, () => new HardSigmoid(), () => new HardSwish());
    }

    private static string EmitSigmoid(OnnxGraphBuilder graph, NetworkNode node, string name) =>
        graph.Emit("Sigmoid", name, [graph.Input(node)]);

    private static string EmitHardSigmoid(OnnxGraphBuilder graph, NetworkNode node, string name) =>
        graph.Emit(
            "HardSigmoid",
            name,
            [graph.Input(node)],
            OnnxOperatorOption.Float("alpha", HardSlope),
            OnnxOperatorOption.Float("beta", HardOffset)
        );

    private static void WriteProduct(OnnxGraphBuilder graph, NetworkNode node, string gate) =>
        graph.Define(node, graph.Emit("Mul", node.Name, [graph.Input(node), gate]));

    public static void ReadHardSwish(OnnxNodeReader node)
    {
        node.RequireInputs(1);
        var input = node.Elements(0);
        node.Define(() => new HardSwish(), input.Layout, input);
    }

    /// <summary>Reads a hard sigmoid or hard swish in single steps, if the node is the <c>Add</c> of one.</summary>
    /// <returns>False when it is not; no node has been consumed then.</returns>
    public static bool TryReadSteps(OnnxNodeReader node)
    {
        var own = node.FindConstant(0) is null ? 0 : 1;
        if (!IsScalar(node.FindConstant(1 - own), 3) || node.Graph.Peek(node.Output) is not { OpType: "Clip" } clip)
            return false;
        var limits = node.Graph.Look(clip);
        if (ActivationOperators.Bounds(limits) is not (0, 6) || node.Graph.Peek(limits.Output) is not { } third)
            return false;
        var input = node.Elements(own);
        var last = node.Graph.Look(third);
        var multiplies = IsProductWith(third, node.Inputs[own]);
        if (!multiplies && !DividesBySix(last))
            return false;
        if (
            node.Graph.Peek(last.Output) is { } fourth
            && (multiplies ? DividesBySix(node.Graph.Look(fourth)) : IsProductWith(fourth, node.Inputs[own]))
        )
        {
            node.Graph.Take(third);
            third = fourth;
            multiplies = true;
        }
        else if (multiplies)
        {
            return false;
        }

        node.Graph.Take(clip);
        node.Graph.Take(third).Define(() => multiplies ? new HardSwish() : new HardSigmoid(), input.Layout, input);
        return true;
    }

    private static bool IsScalar(OnnxConstant? constant, float value) =>
        constant is { IsInteger: false, Count: 1 } && constant.ToFloats()[0] == value;

    private static bool IsProductWith(NodeProto node, string value) =>
        node is { OpType: "Mul", Input.Count: 2 } && node.Input.Contains(value);

    private static bool DividesBySix(OnnxNodeReader node) =>
        node.OperatorType switch
        {
            "Div" => IsScalar(node.FindConstant(1), 6),
            "Mul" => IsScalar(node.FindConstant(1), HardSlope) || IsScalar(node.FindConstant(0), HardSlope),
            _ => false,
        };

    private static void Read(OnnxNodeReader node, Func<Layer> alone, Func<Layer> withProduct)
    {
        node.RequireInputs(1);
        var input = node.Elements(0);
        if (node.Graph.Peek(node.Output) is not { } product || !IsProductWith(product, node.Inputs[0]))
        {
            node.Define(alone, input.Layout, input);
            return;
        }

        // The result between the two nodes is no value of the network, so it is not registered.
        node.RequireAttributesRead();
        node.Graph.Take(product).Define(withProduct, input.Layout, input);
    }
}
