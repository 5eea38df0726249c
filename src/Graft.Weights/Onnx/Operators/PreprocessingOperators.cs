using Graft.Layers;
using Graft.Layers.Normalization;
using Graft.Weights.Onnx.Graphs;

namespace Graft.Weights.Onnx.Operators;

/// <summary>
/// Maps <see cref="ChannelNormalization"/> to <c>Gather</c>, <c>Mul</c>, <c>Sub</c> and <c>Div</c>, in this order; a
/// step that changes nothing is left out. The name of each ONNX node is that of the layer with a suffix, which
/// identifies the step when the file is read. A layer that changes nothing is written as a multiplication by 1.
/// </summary>
internal static class PreprocessingOperators
{
    private const int Channels = 3;

    private static readonly string[] Operators = ["Gather", "Mul", "Sub", "Div"];
    private static readonly string[] Endings = ["/reverse", "/scale", "/mean", "/deviation"];

    public static void Write(OnnxGraphBuilder graph, NetworkNode node)
    {
        var layer = (ChannelNormalization)node.Layer;
        var value = graph.Input(node);
        var changes = layer.Reverse || !AreAll(layer.Mean, 0) || !AreAll(layer.Deviation, 1);
        if (layer.Reverse)
            value = graph.Emit(
                Operators[0],
                node.Name + Endings[0],
                [value, graph.Integers($"{node.Name}.order", 2, 1, 0)],
                OnnxOperatorOption.Integer("axis", 1)
            );
        if (!AreAll([layer.Scale], 1) || !changes)
            value = graph.Emit(
                Operators[1],
                node.Name + Endings[1],
                [value, graph.Floats($"{node.Name}.scale", [], layer.Scale)]
            );
        if (!AreAll(layer.Mean, 0))
            value = graph.Emit(
                Operators[2],
                node.Name + Endings[2],
                [value, graph.Floats($"{node.Name}.mean", [Channels, 1, 1], [.. layer.Mean])]
            );
        if (!AreAll(layer.Deviation, 1))
            value = graph.Emit(
                Operators[3],
                node.Name + Endings[3],
                [value, graph.Floats($"{node.Name}.deviation", [Channels, 1, 1], [.. layer.Deviation])]
            );
        graph.Define(node, value);
    }

    public static void Read(OnnxNodeReader node)
    {
        var step = Array.IndexOf(Operators, node.OperatorType);
        if (!node.Name.EndsWith(Endings[step], StringComparison.Ordinal) || node.Name.Length == Endings[step].Length)
        {
            if (step == 0)
                throw node.Error(
                    $"a step of preprocessing, named NODE{Endings[step]}",
                    $"'{node.Name}'",
                    "Graft reads this operator only in preprocessing; export the model without it."
                );
            ScalingOperators.Read(node);
            return;
        }

        var input = node.Value(0, OnnxLayout.ChannelsFirst);
        var name = node.Name[..^Endings[step].Length];
        var steps = new Steps();
        steps.Read(node, step);
        while (NextStep(node, name, step) is var (next, reader))
        {
            // The result between two steps is no value of the network, so it is not registered.
            node.RequireAttributesRead();
            node = reader;
            step = next;
            steps.Read(node, step);
        }

        node.Define(
            name,
            () => new ChannelNormalization(steps.Reverse, steps.Scale, steps.Mean, steps.Deviation),
            OnnxLayout.ChannelsFirst,
            input
        );
    }

    /// <summary>Consumes the next node if it is a later step of the same layer; null otherwise.</summary>
    private static (int Step, OnnxNodeReader Node)? NextStep(OnnxNodeReader node, string name, int step)
    {
        if (node.Graph.Peek(node.Output) is not { } next || next.Input[0] != node.Output)
            return null;
        for (var later = step + 1; later < Operators.Length; later++)
        {
            if (next.OpType == Operators[later] && next.Name == name + Endings[later])
                return (later, node.Graph.Take(next));
        }

        return null;
    }

    // Compares bits: minus zero must not count as zero, so that a layer is read back bit for bit.
    private static bool AreAll(IReadOnlyList<float> values, float value) =>
        values.All(candidate => BitConverter.SingleToInt32Bits(candidate) == BitConverter.SingleToInt32Bits(value));

    /// <summary>The combined effect of the steps read so far.</summary>
    private sealed class Steps
    {
        public bool Reverse { get; private set; }

        public float Scale { get; private set; } = 1;

        public float[] Mean { get; } = [0, 0, 0];

        public float[] Deviation { get; } = [1, 1, 1];

        public void Read(OnnxNodeReader node, int step)
        {
            node.RequireInputs(2);
            switch (step)
            {
                case 0:
                    node.Integer("axis", 0, 1, 1);
                    Reverse = node.Integers(1, Channels) is [2, 1, 0]
                        ? true
                        : throw node.Error("the order 2, 1, 0", "another one");
                    break;
                case 1:
                    Scale = node.Scalar(1);
                    break;
                default:
                    var constant = node.Floats(1, 3);
                    if (constant.Dimensions is not [Channels, 1, 1])
                        throw node.Error($"float32 [{Channels}, 1, 1] as input 2", constant.Description);
                    constant.CopyTo(step == 2 ? Mean : Deviation);
                    break;
            }
        }
    }
}
