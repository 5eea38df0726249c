using Graft.Tensors;
using Graft.Tensors.Kernels.Convolution;
using Graft.Tensors.Kernels.Gradients;
using Graft.Tensors.Kernels.Pooling;

namespace Graft.Layers.Pooling;

/// <summary>The mean of each channel over all tokens: <c>[b, tokens, c]</c> to <c>[b, c]</c>.</summary>
public sealed class GlobalAveragePooling1D : Layer
{
    /// <inheritdoc/>
    public override BackwardReads BackwardReads => BackwardReads.Nothing;

    /// <inheritdoc/>
    public override Shape OutputShape(IReadOnlyList<Shape> inputs)
    {
        var input = inputs[0];
        return input.Rank == 3 && input[1] > 0
            ? new Shape(input[0], input[2])
            : throw Unsuitable(input, "[batch, tokens, channels]");
    }

    /// <inheritdoc/>
    public override unsafe void Forward(LayerPass pass) =>
        PoolingKernel.Average(
            Geometry(pass.Input.Shape),
            pass.Input.Shape[0],
            pass.Input.Pointer,
            pass.Output.Pointer,
            countPadding: false,
            pass.Workers
        );

    /// <summary><c>dx = dy / tokens</c>.</summary>
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

    /// <summary>One window over the tokens, which are an image one pixel wide.</summary>
    private static ConvolutionGeometry Geometry(Shape input) =>
        new()
        {
            InputHeight = input[1],
            InputWidth = 1,
            InputChannels = input[2],
            OutputChannels = input[2],
            KernelHeight = input[1],
            KernelWidth = 1,
        };
}
