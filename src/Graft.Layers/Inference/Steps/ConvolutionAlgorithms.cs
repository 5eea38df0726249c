using Graft.Tensors.Kernels.Convolution;
using Graft.Tensors.Kernels.Winograd;

namespace Graft.Layers.Inference.Steps;

/// <summary>The algorithm of a convolution.</summary>
internal enum ConvolutionAlgorithm
{
    /// <summary>The input is the left matrix as it lies in memory.</summary>
    Pointwise,

    /// <summary>Rows of the kernel over few channels; the input is padded beforehand.</summary>
    KernelRows,

    /// <summary>Pointers to the pixels under each tap.</summary>
    Indirect,

    /// <summary>Winograd's minimal filtering.</summary>
    Winograd,
}

/// <summary>
/// Chooses how a convolution is computed: a pure function of its sizes. It does not depend on the batch or the number
/// of threads, because an image's results must not.
/// </summary>
internal static class ConvolutionAlgorithms
{
    /// <summary>Below this number of values at a tap, following the pointers costs more than the arithmetic.</summary>
    private const int FewChannels = 16;

    /// <summary>Below this many channels, transforming tiles costs more than it saves.</summary>
    private const int FewestForWinograd = 16;

    /// <summary>The factor by which the multiplications must be reduced to outweigh the transforms.</summary>
    private const double LeastSaving = 1.5;

    /// <summary>Chooses.</summary>
    /// <param name="geometry">The sizes of the operation.</param>
    /// <param name="exact">Whether only algorithms that sum the products of the formula are wanted.</param>
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

    /// <summary>Whether padding the input first pays because kernel rows can be used then.</summary>
    public static bool PrefersKernelRows(ConvolutionGeometry geometry) =>
        geometry is { InputChannels: < FewChannels, KernelWidth: > 1, DilationWidth: 1 };

    /// <summary>
    /// Whether tiles save enough multiplications. Less than a whole large tile of results, or little saved, and reading
    /// four times the weights costs more than it gains; of a single row of results half a tile would be thrown away.
    /// The limits were measured with tiles of one size, on maps of 2x2 to 224x224, 16 to 1024 channels, at batches of 8
    /// and more.
    /// </summary>
    private static bool IsWorthTransforming(ConvolutionGeometry geometry) =>
        geometry.OutputPixels >= WinogradTile.Four.Outputs * WinogradTile.Four.Outputs
        && Math.Min(geometry.OutputHeight, geometry.OutputWidth) >= WinogradTile.Two.Outputs
        && WinogradTiling.Multiplications(geometry.OutputHeight, geometry.OutputWidth) * LeastSaving
            <= (long)geometry.OutputPixels * geometry.Taps;
}
