using Graft.Layers.Inference.Steps;
using Graft.Layers.Reshaping;
using Graft.Tensors;
using Graft.Tensors.Kernels.Convolution;

namespace Graft.Layers.Convolution;

/// <summary>
/// Puts the zeros of a convolution over few channels into its input, so that whole rows of the kernel, rather than
/// single taps of three values, can be multiplied.
/// </summary>
internal static class KernelRowPadding
{
    /// <summary>Pads the input where that pays.</summary>
    /// <param name="geometry">The sizes of the convolution.</param>
    /// <param name="input">Its input.</param>
    /// <param name="workers">The threads to run on.</param>
    /// <returns>
    /// The input, padded or as it was, which the caller disposes and which must not outlive the input; and the sizes
    /// that go with it.
    /// </returns>
    public static (Tensor Input, ConvolutionGeometry Geometry) Apply(
        ConvolutionGeometry geometry,
        Tensor input,
        WorkerPool workers
    )
    {
        if (!ConvolutionAlgorithms.PrefersKernelRows(geometry) || !geometry.IsPadded)
            return (Tensor.View(input, 0, input.Shape), geometry);
        using var padding = new ZeroPadding2D(
            new Padding2D(geometry.PaddingTop, geometry.PaddingLeft, geometry.PaddingBottom, geometry.PaddingRight)
        );
        var padded = Tensor.Uninitialized(padding.OutputShape([input.Shape]));
        padding.Forward(new LayerPass([input], padded, workers));
        return (
            padded,
            geometry with
            {
                InputHeight = padded.Shape[1],
                InputWidth = padded.Shape[2],
                PaddingTop = 0,
                PaddingLeft = 0,
                PaddingBottom = 0,
                PaddingRight = 0,
            }
        );
    }
}
