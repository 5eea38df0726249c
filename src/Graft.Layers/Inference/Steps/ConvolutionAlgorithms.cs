using Graft.Tensors.Kernels.Convolution;

namespace Graft.Layers.Inference.Steps;

/// <summary>How a convolution is computed.</summary>
internal enum ConvolutionAlgorithm
{
    /// <summary>The input is the left matrix as it lies in memory.</summary>
    Pointwise,

    /// <summary>Rows of the kernel over few channels; the input is padded beforehand.</summary>
    KernelRows,

    /// <summary>Pointers to the pixels under each tap.</summary>
    Indirect,
}

/// <summary>Chooses how a convolution is computed: a pure function of its sizes.</summary>
internal static class ConvolutionAlgorithms
{
    /// <summary>Below this many values at a tap, following pointers costs more than the arithmetic behind them.</summary>
    private const int FewChannels = 16;

    public static ConvolutionAlgorithm Choose(ConvolutionGeometry geometry)
    {
        if (geometry.IsPointwise)
            return ConvolutionAlgorithm.Pointwise;
        return PrefersKernelRows(geometry) && !geometry.IsPadded ? ConvolutionAlgorithm.KernelRows : ConvolutionAlgorithm.Indirect;
    }

    /// <summary>Whether padding the input first pays because kernel rows can be used then.</summary>
    public static bool PrefersKernelRows(ConvolutionGeometry geometry) =>
        geometry is { InputChannels: < FewChannels, KernelWidth: > 1, DilationWidth: 1 };
}
