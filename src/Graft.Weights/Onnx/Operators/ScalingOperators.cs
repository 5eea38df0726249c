using Graft.Layers.Normalization;
using Graft.Weights.Onnx.Graphs;

namespace Graft.Weights.Onnx.Operators;

/// <summary>
/// Reads <c>Add</c>, <c>Sub</c>, <c>Mul</c> and <c>Div</c> of an image of three channels and a constant, as in
/// preprocessing. Each becomes a <see cref="ChannelNormalization"/>.
/// </summary>
internal static class ScalingOperators
{
    private const int Channels = 3;

    public static void Read(OnnxNodeReader node)
    {
        node.RequireInputs(2);
        var own = node.OperatorType is "Add" or "Mul" && node.FindConstant(0) is not null ? 1 : 0;
        var input = node.Value(own, OnnxLayout.ChannelsFirst, OnnxLayout.ChannelsLast);
        if (node.Graph.ShapeOf(input)[2] != Channels)
            throw node.Error(
                $"arithmetic with constants on images of {Channels} channels only",
                $"an image of {node.Graph.ShapeOf(input)[2]} channels",
                "Graft has no such layer; export the model without that operator."
            );
        var values = Values(node, 1 - own, input.Layout);
        var (scale, mean, deviation) = node.OperatorType switch
        {
            "Mul" when values[0] == values[1] && values[1] == values[2] => (values[0], [0, 0, 0], [1, 1, 1]),
            "Mul" => (1f, new float[] { 0, 0, 0 }, values.Select(static value => 1 / value).ToArray()),
            "Div" => (1f, [0, 0, 0], values),
            "Sub" => (1f, values, [1, 1, 1]),
            _ => (1f, values.Select(static value => -value).ToArray(), new float[] { 1, 1, 1 }),
        };
        node.Define(() => new ChannelNormalization(false, scale, mean, deviation), input.Layout, input);
    }

    private static float[] Values(OnnxNodeReader node, int index, OnnxLayout layout)
    {
        var constant = node.FindConstant(index) ?? throw node.Error($"a constant as input {index + 1}", "none");
        if (!constant.IsInteger && constant.Count == 1)
            return [.. Enumerable.Repeat(constant.ToFloats()[0], Channels)];
        var fits =
            layout == OnnxLayout.ChannelsFirst
                ? constant.Dimensions is [Channels, 1, 1] or [1, Channels, 1, 1]
                : constant.Dimensions is [.., Channels];
        return !constant.IsInteger && constant.Count == Channels && fits
            ? constant.ToFloats()
            : throw node.Error(
                $"one number, or one for each of {Channels} channels, as input {index + 1}",
                constant.Description
            );
    }
}
