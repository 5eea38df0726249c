using Graft.Tensors.Kernels.Convolution;

namespace Graft.Tensors.Kernels.Gradients;

/// <summary>
/// The layout of a convolution's input for its weight's gradient. A pure function of the sizes. The pixels under the
/// kernel are copied once for each group of channels, with zeros outside the image, so that a tap of the kernel is only
/// an offset.
/// </summary>
/// <param name="Taps">The number of taps, each with its own matrix: <see cref="Channels"/> x output channels.</param>
/// <param name="Channels">The number of values of each tap.</param>
/// <param name="Height">The number of rows of the packed image.</param>
/// <param name="Width">The number of pixels in a row of the packed image.</param>
/// <param name="RowStep">The distance between neighbouring output rows, in rows of the packed image.</param>
/// <param name="PixelStep">The distance between neighbouring output pixels, in pixels of the packed image.</param>
/// <param name="SourceRowStep">
/// The distance between neighbouring rows of the packed image, in rows of the input.
/// </param>
/// <param name="SourcePixelStep">
/// The distance between neighbouring pixels of the packed image, in pixels of the input.
/// </param>
internal readonly record struct WeightGradientLayout(
    int Taps,
    int Channels,
    int Height,
    int Width,
    int RowStep,
    int PixelStep,
    int SourceRowStep,
    int SourcePixelStep
)
{
    /// <summary>
    /// With fewer channels than this a tap would waste too much of a tile; a whole row of the kernel is then one tap.
    /// </summary>
    private const int FewChannels = 2 * OuterProductKernel.Rows;

    /// <summary>Whether the output's pixels are contiguous, across rows and images.</summary>
    public bool IsFlat => Taps == 1 && RowStep == 1 && PixelStep == 1;

    /// <summary>Chooses the layout.</summary>
    public static WeightGradientLayout For(ConvolutionGeometry geometry)
    {
        var reach = ((geometry.KernelHeight - 1) * geometry.DilationHeight) + 1;
        var height = ((geometry.OutputHeight - 1) * geometry.StrideHeight) + reach;
        if (geometry.Taps == 1 && !geometry.IsPadded)
            return new(
                1,
                geometry.InputChannels,
                geometry.OutputHeight,
                geometry.OutputWidth,
                1,
                1,
                geometry.StrideHeight,
                geometry.StrideWidth
            );
        if (geometry is { InputChannels: < FewChannels, KernelWidth: > 1, DilationWidth: 1, IsPadded: false })
            return new(
                geometry.KernelHeight,
                geometry.KernelWidth * geometry.InputChannels,
                height,
                geometry.OutputWidth,
                geometry.StrideHeight,
                1,
                1,
                geometry.StrideWidth
            );
        var width =
            ((geometry.OutputWidth - 1) * geometry.StrideWidth)
            + ((geometry.KernelWidth - 1) * geometry.DilationWidth)
            + 1;
        return new(
            geometry.Taps,
            geometry.InputChannels,
            height,
            width,
            geometry.StrideHeight,
            geometry.StrideWidth,
            1,
            1
        );
    }

    /// <summary>The offset of a tap's pixels from those of the first tap, in pixels.</summary>
    public int TapOffset(ConvolutionGeometry geometry, int tap)
    {
        var (y, x) = Math.DivRem(tap, Taps == geometry.Taps ? geometry.KernelWidth : 1);
        return (y * geometry.DilationHeight * Width) + (x * geometry.DilationWidth);
    }
}
