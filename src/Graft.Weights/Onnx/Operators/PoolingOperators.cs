using Graft.Layers;
using Graft.Layers.Pooling;
using Graft.Weights.Onnx.Graphs;

namespace Graft.Weights.Onnx.Operators;

/// <summary>
/// Maps <see cref="MaxPooling2D"/> to <c>MaxPool</c>, <see cref="AveragePooling2D"/> to <c>AveragePool</c>, and
/// <see cref="GlobalAveragePooling2D"/> to <c>GlobalAveragePool</c> with <c>Flatten</c>. An
/// <see cref="AdaptiveAveragePooling2D"/> to one pixel becomes a <c>GlobalAveragePool</c>. One to more pixels becomes
/// an <c>AveragePool</c> with a suffix to its name, which identifies the layer when the file is read.
/// </summary>
internal static class PoolingOperators
{
    private const string AdaptiveEnding = "/adaptive";

    public static void WriteMaxPool(OnnxGraphBuilder graph, NetworkNode node) =>
        WritePool(graph, node, "MaxPool", false);

    public static void WriteAveragePool(OnnxGraphBuilder graph, NetworkNode node) =>
        WritePool(graph, node, "AveragePool", ((AveragePooling2D)node.Layer).CountPadding);

    public static void ReadMaxPool(OnnxNodeReader node)
    {
        var input = node.Value(0, OnnxLayout.ChannelsFirst);
        var options = ReadOptions(node, input);
        node.Integer("storage_order", 0, 0, 0);
        node.Define(() => new MaxPooling2D(options), OnnxLayout.ChannelsFirst, input);
    }

    public static void ReadAveragePool(OnnxNodeReader node)
    {
        var input = node.Value(0, OnnxLayout.ChannelsFirst);
        var options = ReadOptions(node, input);
        var countPadding = node.Integer("count_include_pad", 0, 0, 1) == 1;
        if (IsAdaptive(node, input, options))
        {
            var image = node.Graph.ShapeOf(input);
            node.Define(
                node.Name[..^AdaptiveEnding.Length],
                () => new AdaptiveAveragePooling2D(image[0] / options.Height, image[1] / options.Width),
                OnnxLayout.ChannelsFirst,
                input
            );
            return;
        }

        node.Define(() => new AveragePooling2D(options, countPadding), OnnxLayout.ChannelsFirst, input);
    }

    public static void WriteGlobalAveragePool(OnnxGraphBuilder graph, NetworkNode node)
    {
        var pooled = graph.Emit("GlobalAveragePool", node.Name, [graph.Input(node)]);
        graph.Define(
            node,
            graph.Emit("Flatten", $"{node.Name}/flatten", [pooled], OnnxOperatorOption.Integer("axis", 1))
        );
    }

    public static void ReadGlobalAveragePool(OnnxNodeReader node)
    {
        node.RequireInputs(1);
        DefineGlobalAverage(node, node.Value(0, OnnxLayout.ChannelsFirst));
    }

    public static void WriteMeanOfTokens(OnnxGraphBuilder graph, NetworkNode node) =>
        graph.Define(
            node,
            graph.Emit(
                "ReduceMean",
                node.Name,
                [graph.Input(node)],
                OnnxOperatorOption.Integers("axes", 1),
                OnnxOperatorOption.Integer("keepdims", 0)
            )
        );

    public static void ReadReduceMean(OnnxNodeReader node)
    {
        node.RequireInputs(1, 2);
        var input = node.Value(0, OnnxLayout.ChannelsFirst, OnnxLayout.Tokens);
        var axes = node.IntegersOf(1, "axes") ?? [];
        if (input.Layout == OnnxLayout.Tokens)
        {
            if (axes is not ([1] or [-2]) || node.Integer("keepdims", 1, 0, 1) == 1)
                throw node.Error(
                    "the mean over axis 1, the tokens, without keeping it",
                    $"over [{string.Join(", ", axes.Take(8))}]"
                );
            node.Integer("noop_with_empty_axes", 0, 0, 1);
            node.Define(() => new GlobalAveragePooling1D(), OnnxLayout.Rows, input);
            return;
        }

        if (axes.Select(static axis => axis < 0 ? axis + 4 : axis).Order().ToArray() is not [2, 3])
            throw node.Error(
                "the mean over axes 2 and 3, height and width",
                $"over [{string.Join(", ", axes.Take(8))}]"
            );
        node.Integer("noop_with_empty_axes", 0, 0, 1);
        if (node.Integer("keepdims", 1, 0, 1) == 1)
            DefineGlobalAverage(node, input);
        else
            node.Define(() => new GlobalAveragePooling2D(), OnnxLayout.Rows, input);
    }

    public static void ReadGlobalMaxPool(OnnxNodeReader node)
    {
        node.RequireInputs(1);
        var input = node.Value(0, OnnxLayout.ChannelsFirst);
        var image = node.Graph.ShapeOf(input);
        node.Define(
            () =>
                new MaxPooling2D(
                    new()
                    {
                        Height = image[0],
                        Width = image[1],
                        Stride = 1,
                    }
                ),
            OnnxLayout.ChannelsFirst,
            input
        );
    }

    public static void WriteAdaptiveAveragePool(OnnxGraphBuilder graph, NetworkNode node)
    {
        var layer = (AdaptiveAveragePooling2D)node.Layer;
        if ((layer.Height, layer.Width) == (1, 1))
        {
            graph.Define(node, graph.Emit("GlobalAveragePool", node.Name, [graph.Input(node)]));
            return;
        }

        var image = graph.ShapeOf(node.Inputs[0]);
        if (image[0] % layer.Height != 0 || image[1] % layer.Width != 0)
            throw new ArgumentException(
                $"Writing ONNX: node '{node.Name}' pools an image of {image[0]}x{image[1]} pixels to "
                    + $"{layer.Height}x{layer.Width} with windows of different sizes, which no ONNX operator does. "
                    + $"Build the network so that this image's size is a multiple of {layer.Height}x{layer.Width}.",
                nameof(node)
            );
        var (height, width) = (image[0] / layer.Height, image[1] / layer.Width);
        graph.Define(
            node,
            graph.Emit(
                "AveragePool",
                node.Name + AdaptiveEnding,
                [graph.Input(node)],
                OnnxOperatorOption.Integers("kernel_shape", height, width),
                OnnxOperatorOption.Integers("strides", height, width)
            )
        );
    }

    /// <summary>
    /// Adds a global pooling when all consumers of the output flatten it. When another consumer uses the output as an
    /// image of one pixel, as in squeeze-and-excitation, adds an adaptive pooling, whose output is an image.
    /// </summary>
    private static void DefineGlobalAverage(OnnxNodeReader node, OnnxValue input)
    {
        var consumers = node.Graph.Consumers.Of(node.Output);
        if (consumers.All(static consumer => consumer.OpType is "Flatten" or "Reshape" or "Squeeze" or "Shape"))
            node.Define(() => new GlobalAveragePooling2D(), OnnxLayout.Pooled, input);
        else
            node.Define(() => new AdaptiveAveragePooling2D(1, 1), OnnxLayout.ChannelsFirst, input);
    }

    private static bool IsAdaptive(OnnxNodeReader node, OnnxValue input, Pooling2DOptions options)
    {
        var image = node.Graph.ShapeOf(input);
        return node.Name.EndsWith(AdaptiveEnding, StringComparison.Ordinal)
            && node.Name.Length > AdaptiveEnding.Length
            && options.Padding.IsNone
            && image[0] % options.Height == 0
            && image[1] % options.Width == 0;
    }

    private static void WritePool(OnnxGraphBuilder graph, NetworkNode node, string operatorType, bool countPadding)
    {
        var options = ((Pooling2D)node.Layer).Options;
        graph.Define(
            node,
            graph.Emit(
                operatorType,
                node.Name,
                [graph.Input(node)],
                [
                    .. options.RoundUp
                        ? [OnnxOperatorOption.Integer("ceil_mode", 1)]
                        : Array.Empty<OnnxOperatorOption>(),
                    .. countPadding
                        ? [OnnxOperatorOption.Integer("count_include_pad", 1)]
                        : Array.Empty<OnnxOperatorOption>(),
                    OnnxOperatorOption.Integers("kernel_shape", options.Height, options.Width),
                    OnnxOperatorOption.Integers(
                        "pads",
                        options.Padding.Top,
                        options.Padding.Left,
                        options.Padding.Bottom,
                        options.Padding.Right
                    ),
                    OnnxOperatorOption.Integers("strides", options.Stride, options.Stride),
                ]
            )
        );
    }

    private static Pooling2DOptions ReadOptions(OnnxNodeReader node, OnnxValue input)
    {
        node.RequireInputs(1);
        // An adaptive pooling may have different strides in both directions; the other pooling layers cannot.
        var window = Window.Read(
            node,
            input,
            takesUnequalStrides: node.Name.EndsWith(AdaptiveEnding, StringComparison.Ordinal)
        );
        if (Window.Uniform(node, "dilations") != 1)
            throw node.Error("dilations of 1", "other dilations", "Graft has no such layer; export another model.");
        var roundUp = node.Integer("ceil_mode", 0, 0, 1) == 1;
        var (padding, image) = (window.Padding, node.Graph.ShapeOf(input));
        // Older exporters express rounding up as a padding larger than the window; no window covers most of it.
        if (padding.Bottom >= window.Height)
            padding = padding with
            {
                Bottom = Seen(padding.Bottom, image[0] + padding.Top, window.Height, window.Stride),
            };
        if (padding.Right >= window.Width)
            padding = padding with
            {
                Right = Seen(padding.Right, image[1] + padding.Left, window.Width, window.Stride),
            };
        return new Pooling2DOptions
        {
            Height = window.Height,
            Width = window.Width,
            Stride = window.Stride,
            Padding = padding,
            RoundUp = roundUp,
        };
    }

    /// <summary>The part of the padding after an image that the last window covers, in pixels.</summary>
    private static int Seen(int padding, int before, int window, int stride) =>
        Math.Clamp(((before + padding - window) / stride * stride) + window - before, 0, padding);
}
