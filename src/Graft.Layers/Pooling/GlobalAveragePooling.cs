using Graft.Tensors;
using Graft.Tensors.Kernels.Convolution;
using Graft.Tensors.Kernels.Gradients;
using Graft.Tensors.Kernels.Pooling;

namespace Graft.Layers.Pooling;

/// <summary>The base of layers that average each channel, the last dimension, over all positions of an input.</summary>
public abstract class GlobalAveragePooling : Layer
{
    private protected GlobalAveragePooling() { }

    /// <summary>Makes the layer that averages the features of an image over their positions.</summary>
    /// <param name="features">
    /// The shape of one image's features, without the batch: <c>[height, width, channels]</c> or
    /// <c>[tokens, channels]</c>.
    /// </param>
    /// <exception cref="ArgumentException">The shape is another.</exception>
    public static GlobalAveragePooling For(Shape features) =>
        features.Rank switch
        {
            3 => new GlobalAveragePooling2D(),
            2 => new GlobalAveragePooling1D(),
            _ => throw new ArgumentException(
                $"Averaging over positions takes [height, width, channels] or [tokens, channels], not {features}. Cut "
                    + "the network at another node.",
                nameof(features)
            ),
        };

    /// <inheritdoc/>
    public override BackwardReads BackwardReads => BackwardReads.Nothing;

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

    /// <summary><c>dx = dy / positions</c>.</summary>
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

    /// <summary>One window over the whole input; tokens are an image one pixel wide.</summary>
    private static ConvolutionGeometry Geometry(Shape input)
    {
        var (height, width, channels) = (input[1], input.Rank == 4 ? input[2] : 1, input[^1]);
        return new()
        {
            InputHeight = height,
            InputWidth = width,
            InputChannels = channels,
            OutputChannels = channels,
            KernelHeight = height,
            KernelWidth = width,
        };
    }
}
