using Graft.Tensors;
using Graft.Tensors.Kernels.Convolution;
using Graft.Tensors.Kernels.Gradients;
using Graft.Tensors.Kernels.Pooling;

namespace Graft.Layers.Pooling;

/// <summary>
/// The mean of each channel over the whole image: <c>[b, h, w, c]</c> to <c>[b, c]</c>. Lin et al., "Network In
/// Network" (2013).
/// </summary>
public sealed class GlobalAveragePooling2D : Layer
{
    /// <inheritdoc/>
    public override BackwardReads BackwardReads => BackwardReads.Nothing;

    /// <inheritdoc/>
    public override Shape OutputShape(IReadOnlyList<Shape> inputs)
    {
        var input = inputs[0];
        return input.Rank == 4 && input[1] > 0 && input[2] > 0
            ? new Shape(input[0], input[3])
            : throw Unsuitable(input, "[batch, height, width, channels]");
    }

    /// <inheritdoc/>
    public override unsafe void Forward(LayerPass pass)
    {
        PoolingKernel.Average(
            Geometry(pass.Input.Shape),
            pass.Input.Shape[0],
            pass.Input.Pointer,
            pass.Output.Pointer,
            countPadding: false,
            pass.Workers
        );
    }

    /// <summary><c>dx = dy / (h * w)</c>.</summary>
    /// <inheritdoc/>
    public override unsafe void Backward(LayerPass pass)
    {
        if (pass.InputGradients[0] is { } inputGradient)
            PoolingGradient.AddAverage(
                Geometry(pass.Input.Shape),
                pass.Input.Shape[0],
                pass.RequireOutputGradient().Pointer,
                inputGradient.Pointer,
                countPadding: false,
                pass.Workers
            );
    }

    /// <summary>One window over the whole image.</summary>
    private static ConvolutionGeometry Geometry(Shape input) =>
        new()
        {
            InputHeight = input[1],
            InputWidth = input[2],
            InputChannels = input[3],
            OutputChannels = input[3],
            KernelHeight = input[1],
            KernelWidth = input[2],
        };
}
