using Graft.Layers.Networks;
using Graft.Layers.Pooling;
using Graft.Weights.Onnx.Messages;

namespace Graft.Weights.Onnx.Operators;

/// <summary>
/// <c>MaxPool</c> and <c>AveragePool</c> for the layers of like names; <c>GlobalAveragePool</c> with <c>Flatten</c> for
/// <see cref="GlobalAveragePooling2D"/>.
/// </summary>
internal static class PoolingOperators
{
    public static void WriteMaxPool(OnnxGraphBuilder graph, NetworkNode node) => WritePool(graph, node, "MaxPool", false);

    public static void WriteAveragePool(OnnxGraphBuilder graph, NetworkNode node) =>
        WritePool(graph, node, "AveragePool", ((AveragePooling2D)node.Layer).CountPadding);

    public static void ReadMaxPool(OnnxNodeReader node)
    {
        var input = node.Value(0, OnnxLayout.ChannelsFirst);
        var options = ReadOptions(node);
        node.Define(() => new MaxPooling2D(options), OnnxLayout.ChannelsFirst, input);
    }

    public static void ReadAveragePool(OnnxNodeReader node)
    {
        var input = node.Value(0, OnnxLayout.ChannelsFirst);
        var options = ReadOptions(node);
        var countPadding = node.Integer("count_include_pad", 0, 0, 1) == 1;
        node.Define(() => new AveragePooling2D(options, countPadding), OnnxLayout.ChannelsFirst, input);
    }

    public static void WriteGlobalAveragePool(OnnxGraphBuilder graph, NetworkNode node)
    {
        var pooled = graph.Emit("GlobalAveragePool", node.Name, [graph.Input(node)]);
        graph.Define(node, graph.Emit("Flatten", $"{node.Name}/flatten", [pooled], OnnxAttribute.Integer("axis", 1)));
    }

    public static void ReadGlobalAveragePool(OnnxNodeReader node)
    {
        node.RequireInputs(1);
        node.Define(() => new GlobalAveragePooling2D(), OnnxLayout.Pooled, node.Value(0, OnnxLayout.ChannelsFirst));
    }

    private static void WritePool(OnnxGraphBuilder graph, NetworkNode node, string operatorType, bool countPadding)
    {
        var options = ((Pooling2D)node.Layer).Options;
        graph.Define(node, graph.Emit(
            operatorType,
            node.Name,
            [graph.Input(node)],
            [
                .. options.RoundUp ? [OnnxAttribute.Integer("ceil_mode", 1)] : Array.Empty<AttributeProto>(),
                .. countPadding ? [OnnxAttribute.Integer("count_include_pad", 1)] : Array.Empty<AttributeProto>(),
                OnnxAttribute.Integers("kernel_shape", options.Height, options.Width),
                OnnxAttribute.Integers("pads", options.Padding.Top, options.Padding.Left, options.Padding.Bottom, options.Padding.Right),
                OnnxAttribute.Integers("strides", options.Stride, options.Stride),
            ]));
    }

    private static Pooling2DOptions ReadOptions(OnnxNodeReader node)
    {
        node.RequireInputs(1);
        var window = Window.Read(node);
        node.Integer("ceil_mode", 0, 0, 0);
        return new Pooling2DOptions { Height = window.Height, Width = window.Width, Stride = window.Stride, Padding = window.Padding };
    }
}
