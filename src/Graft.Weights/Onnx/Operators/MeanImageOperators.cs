using Graft.Layers;
using Graft.Layers.Normalization;
using Graft.Tensors;
using Graft.Weights.Onnx.Graphs;

namespace Graft.Weights.Onnx.Operators;

/// <summary>
/// Maps <see cref="MeanImageSubtraction"/> to <c>Sub</c> of a constant with one value for each place,
/// <c>[channels, height, width]</c>. A constant for each channel is other preprocessing.
/// </summary>
internal static class MeanImageOperators
{
    public static void WriteSub(OnnxGraphBuilder graph, NetworkNode node)
    {
        var mean = ((MeanImageSubtraction)node.Layer).Mean.Value;
        var (height, width, channels) = (mean.Shape[0], mean.Shape[1], mean.Shape[2]);
        var image = Tensor.Uninitialized(new Shape(channels, height, width));
        KernelLayout.ToChannelsFirst(mean.Span, image.Span, height * width, channels, 1);
        graph.Define(
            node,
            graph.Emit(
                "Sub",
                node.Name,
                [graph.Input(node), graph.OwnedInitializer($"{node.Name}.{nameof(mean)}", image)]
            )
        );
    }

    public static void ReadSub(OnnxNodeReader node)
    {
        if (node.FindConstant(1) is not { IsInteger: false } constant || !IsImage(constant))
        {
            PreprocessingOperators.Read(node);
            return;
        }

        var (channels, height, width) = (constant.Dimensions[^3], constant.Dimensions[^2], constant.Dimensions[^1]);
        node.RequireInputs(2);
        node.Define(
            () =>
            {
                var layer = new MeanImageSubtraction(height, width, channels);
                var mean = constant.ToFloats();
                KernelLayout.FromChannelsFirst(mean, layer.Mean.Value.Span, height * width, channels, 1);
                return layer;
            },
            OnnxLayout.ChannelsFirst,
            node.Value(0, OnnxLayout.ChannelsFirst)
        );
    }

    /// <summary>Whether a constant is <c>[channels, height, width]</c>, perhaps as a batch of one.</summary>
    private static bool IsImage(OnnxConstant constant) =>
        (constant.Dimensions.Count == 3 || constant.Dimensions is [1, _, _, _])
        && (constant.Dimensions[^2], constant.Dimensions[^1]) != (1, 1);
}
