using Graft.Layers.Inference.Steps;
using Graft.Layers.Reshaping;
using Graft.Tensors;
using Graft.Tensors.Kernels.Convolution;

namespace Graft.Layers.Convolution;

/// <summary>
/// Pads the input of a convolution over few channels with zeros, so that a whole row of the kernel is multiplied at a
/// time instead of a single tap with a few values.
/// </summary>
internal static class KernelRowPadding
{
    /// <summary>Pads the input if that is faster.</summary>
    /// <param name="geometry">The sizes of the convolution.</param>
    /// <param name="input">Its input.</param>
    /// <param name="workers">The worker threads.</param>
    /// <returns>
    /// The padded input, or a view of the input, and the sizes for it. The caller disposes it before the input.
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
