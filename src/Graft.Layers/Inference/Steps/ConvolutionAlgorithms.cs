using Graft.Tensors.Kernels.Convolution;
using Graft.Tensors.Kernels.Winograd;

namespace Graft.Layers.Inference.Steps;

/// <summary>The algorithm of a convolution.</summary>
internal enum ConvolutionAlgorithm
{
    /// <summary>The input is used as the left matrix without being copied.</summary>
    Pointwise,

    /// <summary>One row of the kernel over few channels at a time; the input is padded beforehand.</summary>
    KernelRows,

    /// <summary>Pointers to the pixels under each tap.</summary>
    Indirect,

    /// <summary>Winograd's minimal filtering.</summary>
    Winograd,
}

/// <summary>Chooses how a convolution is computed. A pure function of its sizes.</summary>
// The choice does not depend on the batch or the number of threads, because an image's results must not.
internal static class ConvolutionAlgorithms
{
    /// <summary>With fewer values at a tap than this, following the pointers costs more than the arithmetic.</summary>
    private const int FewChannels = 16;

    /// <summary>With fewer channels than this, transforming tiles costs more than it saves.</summary>
    private const int FewestForWinograd = 16;

    /// <summary>The factor by which the multiplications must be reduced to make up for the transforms.</summary>
    private const double LeastSaving = 1.5;

    /// <summary>Chooses the algorithm.</summary>
    /// <param name="geometry">The sizes of the operation.</param>
    /// <param name="exact">Whether to choose only algorithms that sum the products of the formula.</param>
    public static ConvolutionAlgorithm Choose(ConvolutionGeometry geometry, bool exact)
    {
        if (geometry.IsPointwise)
            return ConvolutionAlgorithm.Pointwise;
        if (
            !exact
            && WinogradConvolution.Supports(geometry)
            && Math.Min(geometry.InputChannels, geometry.OutputChannels) >= FewestForWinograd
            && IsWorthTransforming(geometry)
        )
            return ConvolutionAlgorithm.Winograd;
        return PrefersKernelRows(geometry) && !geometry.IsPadded
            ? ConvolutionAlgorithm.KernelRows
            : ConvolutionAlgorithm.Indirect;
    }

    /// <summary>Whether it is faster to pad the input first, because kernel rows can then be used.</summary>
    public static bool PrefersKernelRows(ConvolutionGeometry geometry) =>
        geometry is { InputChannels: < FewChannels, KernelWidth: > 1, DilationWidth: 1 };

    /// <summary>Whether tiles save enough multiplications.</summary>
    // If the output is smaller than a large tile, or if few multiplications are saved, reading four times the weights
    // costs more than it gains. With a single row of outputs, half of each tile would be thrown away. The limits were
    // measured with tiles of one size, on maps of 2x2 to 224x224, with 16 to 1024 channels, at batches of 8 and more.
    private static bool IsWorthTransforming(ConvolutionGeometry geometry) =>
        geometry.OutputPixels >= WinogradTile.Four.Outputs * WinogradTile.Four.Outputs
        && Math.Min(geometry.OutputHeight, geometry.OutputWidth) >= WinogradTile.Two.Outputs
        && WinogradTiling.Multiplications(geometry.OutputHeight, geometry.OutputWidth) * LeastSaving
            <= (long)geometry.OutputPixels * geometry.Taps;
}
