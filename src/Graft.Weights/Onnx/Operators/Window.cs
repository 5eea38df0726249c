using Graft.Layers;
using Graft.Weights.Onnx.Graphs;

namespace Graft.Weights.Onnx.Operators;

/// <summary>The attributes that convolution and pooling share.</summary>
/// <param name="Height">Height of the kernel in taps.</param>
/// <param name="Width">Width of the kernel in taps.</param>
/// <param name="Stride">The stride in both directions, in pixels.</param>
/// <param name="Padding">The padding around the image, in pixels.</param>
internal sealed record Window(int Height, int Width, int Stride, Padding2D Padding)
{
    /// <summary>Reads <c>kernel_shape</c>, <c>strides</c>, and <c>pads</c> or <c>auto_pad</c>.</summary>
    /// <param name="node">The node.</param>
    /// <param name="input">The image.</param>
    /// <param name="dilation">Distance from one tap of the kernel to the next, in pixels.</param>
    /// <param name="otherwise">The kernel's size when the node omits it; null when the node must give it.</param>
    /// <param name="takesUnequalStrides">
    /// Whether vertical and horizontal strides may differ; the result then has the vertical one.
    /// </param>
    public static Window Read(
        OnnxNodeReader node,
        OnnxValue input,
        int dilation = 1,
        (int Height, int Width)? otherwise = null,
        bool takesUnequalStrides = false
    )
    {
        var kernel = node.Integers("kernel_shape", 2, 0, 1);
        if (kernel[0] == 0)
            kernel = otherwise is var (height, width) ? [height, width] : throw node.Error("a kernel_shape", "none");
        if (kernel[0] > OnnxGraphReader.MaximumSize || kernel[1] > OnnxGraphReader.MaximumSize)
            throw node.Error(
                $"a kernel of at most {OnnxGraphReader.MaximumSize} pixels",
                $"[{kernel[0]}, {kernel[1]}]"
            );
        var pads = node.Integers("pads", 4, 0, 0);
        var stride = takesUnequalStrides ? node.Integers("strides", 2, 1, 1)[0] : Uniform(node, "strides");
        var padding = node.Text("auto_pad") switch
        {
            null or "NOTSET" => new Padding2D(pads[0], pads[1], pads[2], pads[3]),
            "VALID" => Padding2D.None,
            "SAME_UPPER" => Same(moreBehind: true),
            "SAME_LOWER" => Same(moreBehind: false),
            var other => throw node.Error("NOTSET, VALID, SAME_UPPER or SAME_LOWER as auto_pad", $"'{other}'"),
        };
        return new Window(kernel[0], kernel[1], stride, padding);

        Padding2D Same(bool moreBehind)
        {
            var image = node.Graph.ShapeOf(input);
            var (top, bottom) = SamePadding.Compute(image[0], kernel[0], stride, dilation);
            var (left, right) = SamePadding.Compute(image[1], kernel[1], stride, dilation);
            return moreBehind ? new Padding2D(top, left, bottom, right) : new Padding2D(bottom, right, top, left);
        }
    }

    /// <summary>Reads a number that must be the same in both directions; 1 when it is omitted.</summary>
    public static int Uniform(OnnxNodeReader node, string attribute)
    {
        var values = node.Integers(attribute, 2, 1, 1);
        return values[0] == values[1]
            ? values[0]
            : throw node.Error(
                $"the same {attribute} in both directions",
                $"[{values[0]}, {values[1]}]",
                "Graft has no such layer; export another model."
            );
    }
}
