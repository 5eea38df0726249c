using Graft.Layers;
using Graft.Layers.Convolution;
using Graft.Layers.Reshaping;
using Graft.Tensors;
using Graft.Weights.Onnx.Graphs;

namespace Graft.Weights.Onnx.Operators;

/// <summary>Maps <see cref="Convolution2D"/> to <c>Conv</c>, and <see cref="ZeroPadding2D"/> to <c>Pad</c>.</summary>
internal static class ConvolutionOperators
{
    public static void WriteConv(OnnxGraphBuilder graph, NetworkNode node)
    {
        var convolution = (Convolution2D)node.Layer;
        var options = convolution.Options;
        var kernel = KernelLayout.ToChannelsFirst(convolution.Weight.Value);
        List<string> inputs = [graph.Input(node), graph.OwnedInitializer($"{node.Name}.weight", kernel)];
        if (convolution.Bias is { } bias)
            inputs.Add(graph.Initializer($"{node.Name}.bias", bias.Value));
        graph.Define(
            node,
            graph.Emit(
                "Conv",
                node.Name,
                inputs,
                OnnxOperatorOption.Integers("dilations", options.Dilation, options.Dilation),
                OnnxOperatorOption.Integer("group", options.Groups),
                OnnxOperatorOption.Integers("kernel_shape", options.KernelHeight, options.KernelWidth),
                OnnxOperatorOption.Integers(
                    "pads",
                    options.Padding.Top,
                    options.Padding.Left,
                    options.Padding.Bottom,
                    options.Padding.Right
                ),
                OnnxOperatorOption.Integers("strides", options.Stride, options.Stride)
            )
        );
    }

    public static void ReadConv(OnnxNodeReader node)
    {
        node.RequireInputs(2, 3);
        var input = node.Value(0, OnnxLayout.ChannelsFirst);
        var weight = node.Floats(1, 4);
        var hasBias = node.HasInput(2);
        if (hasBias && node.Floats(2, 1).Dimensions[0] != weight.Dimensions[0])
            throw node.Error(
                $"a bias for each of the {weight.Dimensions[0]} output channels",
                $"{node.Floats(2, 1).Dimensions[0]}"
            );
        var dilation = Window.Uniform(node, "dilations");
        var window = Window.Read(node, input, dilation, (weight.Dimensions[2], weight.Dimensions[3]));
        if ((window.Height, window.Width) != (weight.Dimensions[2], weight.Dimensions[3]))
            throw node.Error(
                $"kernel_shape [{weight.Dimensions[2]}, {weight.Dimensions[3]}], as in the weight's shape",
                $"[{window.Height}, {window.Width}]"
            );
        var groups = node.Integer("group", 1, 1, int.MaxValue);
        if ((long)groups * weight.Dimensions[1] > int.MaxValue || weight.Dimensions[0] % groups != 0)
            throw node.Error($"a group that divides the weight's {weight.Dimensions[0]} outputs", $"{groups}");
        var options = new Convolution2DOptions
        {
            OutputChannels = weight.Dimensions[0],
            InputChannels = weight.Dimensions[1] * groups,
            Groups = groups,
            KernelHeight = window.Height,
            KernelWidth = window.Width,
            Stride = window.Stride,
            Dilation = dilation,
            Padding = window.Padding,
            HasBias = hasBias,
        };
        node.Define(() => Filled(node, options, weight), OnnxLayout.ChannelsFirst, input);
    }

    public static void WritePad(OnnxGraphBuilder graph, NetworkNode node)
    {
        var padding = ((ZeroPadding2D)node.Layer).Padding;
        if (Math.Min(Math.Min(padding.Top, padding.Left), Math.Min(padding.Bottom, padding.Right)) < 0)
            throw new ArgumentException(
                $"Writing ONNX: node '{node.Name}' has padding {padding}; expected no side below 0.",
                nameof(node)
            );
        List<string> inputs =
        [
            graph.Input(node),
            graph.Integers($"{node.Name}.pads", 0, 0, padding.Top, padding.Left, 0, 0, padding.Bottom, padding.Right),
        ];
        // ONNX Runtime merges a Pad of zeros into the padding of the next node. That is correct for a convolution, but
        // not for a pooling, whose own padding does not take part in the maximum. A Pad of minus zero is not merged.
        if (graph.FeedsPooling(node.Name))
            inputs.Add(graph.Floats($"{node.Name}.value", [], -0f));
        graph.Define(node, graph.Emit("Pad", node.Name, inputs));
    }

    public static void ReadPad(OnnxNodeReader node)
    {
        node.RequireInputs(1, 4);
        if (
            node.Text("mode") is not (null or "constant")
            || (node.FloatOrNull("value") ?? (node.HasInput(2) ? node.Scalar(2) : 0)) != 0
            || node.HasInput(3)
        )
            throw node.Error(
                "padding of all dimensions with zeros",
                "another kind of padding",
                "Graft has no such layer; export another model."
            );
        var input = node.Value(0, OnnxLayout.ChannelsFirst);
        var pads = node.IntegersOf(1, "pads") ?? [];
        if (
            pads
            is not [
                0,
                0,
                >= 0
                and <= OnnxGraphReader.MaximumSize,
                >= 0
                and <= OnnxGraphReader.MaximumSize,
                0,
                0,
                >= 0
                and <= OnnxGraphReader.MaximumSize,
                >= 0
                and <= OnnxGraphReader.MaximumSize,
            ]
        )
            throw node.Error(
                $"0 to {OnnxGraphReader.MaximumSize} rows and columns of padding, none for batch and channels",
                $"[{string.Join(", ", pads)}]"
            );
        node.Define(
            () => new ZeroPadding2D(new Padding2D((int)pads[2], (int)pads[3], (int)pads[6], (int)pads[7])),
            OnnxLayout.ChannelsFirst,
            input
        );
    }

    private static Convolution2D Filled(OnnxNodeReader node, Convolution2DOptions options, OnnxConstant weight)
    {
        using var kernel = Tensor.Uninitialized(
            new Shape(
                options.OutputChannels,
                options.InputChannels / options.Groups,
                options.KernelHeight,
                options.KernelWidth
            )
        );
        weight.CopyTo(kernel.Span);
        var convolution = new Convolution2D(options);
        KernelLayout.FromChannelsFirst(kernel, convolution.Weight.Value);
        if (convolution.Bias is { } bias)
            node.CopyTo(2, bias);
        return convolution;
    }
}
