using System.Runtime.Intrinsics;
using Graft.Tensors.Kernels.Gemm;

namespace Graft.Tensors.Kernels.Depthwise;

/// <summary>
/// The micro-kernels of depthwise convolution: output pixels of a row, vectorised along the channels.
/// </summary>
/// <remarks>
/// Operands: pointers to the input's pixels, so that neither the padding nor the rows are ever copied, and the kernel
/// as <c>[tap][channel]</c>. Every result is one chain of multiply-adds that starts with the bias and takes the taps in
/// order; pixels in the padding are zeros. It depends neither on the vector width nor on the routine that computes the
/// pixel.
/// </remarks>
internal abstract unsafe class DepthwiseKernel
{
    /// <summary>The number of output pixels that the unrolled routines compute at a time.</summary>
    public const int TilePixels = 4;

    /// <summary>Every kernel that runs on this processor, narrowest first.</summary>
    public static IReadOnlyList<DepthwiseKernel> All { get; } =
    [
        new DepthwiseKernel<WidthScalar, float>("scalar"),
        new DepthwiseKernel<Width128, Vector128<float>>("vector128"),
        new DepthwiseKernel<Width256, Vector256<float>>("vector256"),
        new DepthwiseKernel<Width512, Vector512<float>>("vector512"),
    ];

    /// <summary>A short name of the vector width, such as <c>vector256</c>.</summary>
    public abstract string Name { get; }

    /// <summary>The number of channels computed at a time; fewer channels need a narrower kernel.</summary>
    public abstract int Width { get; }

    /// <summary>The kernel with the widest vectors that this processor accelerates and the channels can fill.</summary>
    /// <param name="channels">The number of channels.</param>
    /// <param name="widest">The widest kernel to consider; null for all that are accelerated.</param>
    public static DepthwiseKernel For(int channels, DepthwiseKernel? widest = null)
    {
        var width = widest?.Width ?? VectorWidth.Widest;
        return All.Last(kernel => kernel.Width <= Math.Min(width, channels) || kernel.Width == 1);
    }

    /// <summary>Computes one output pixel of any kernel.</summary>
    /// <param name="pixels">For each tap, the input's pixel.</param>
    /// <param name="taps">The number of taps.</param>
    /// <param name="weights">The kernel, <c>[tap][channel]</c>.</param>
    /// <param name="channels">The number of channels, at least <see cref="Width"/>.</param>
    /// <param name="output">Receives the pixel.</param>
    /// <param name="epilogue">Bias, residual (of this pixel) and clamp.</param>
    public abstract void Pixel(
        float** pixels,
        int taps,
        float* weights,
        int channels,
        float* output,
        in Epilogue epilogue
    );

    /// <summary>
    /// Computes <see cref="TilePixels"/> neighbouring output pixels of a 3x3 or 5x5 kernel without dilation, with
    /// stride 1 or 2.
    /// </summary>
    /// <param name="size">Rows and columns of the kernel: 3 or 5.</param>
    /// <param name="stride">The number of columns between neighbouring output pixels: 1 or 2.</param>
    /// <param name="rows">For each row of the kernel, pointers to the pixels of the input row under it.</param>
    /// <param name="column">The first input column of the tile.</param>
    /// <param name="weights">The kernel, <c>[tap][channel]</c>.</param>
    /// <param name="channels">The number of channels, at least <see cref="Width"/>.</param>
    /// <param name="output">Receives the first pixel; the others follow it.</param>
    /// <param name="epilogue">Bias, residual (from the first pixel on) and clamp.</param>
    public abstract void Tile(
        int size,
        int stride,
        float*** rows,
        int column,
        float* weights,
        int channels,
        float* output,
        in Epilogue epilogue
    );

    /// <summary>
    /// Adds the contribution of one output pixel to the kernel's gradient: <c>gradient[tap][c] += pixel[tap][c] *
    /// outputGradient[c]</c>.
    /// </summary>
    /// <param name="pixels">For each tap, the input's pixel.</param>
    /// <param name="taps">The number of taps.</param>
    /// <param name="outputGradient">The output pixel's gradient.</param>
    /// <param name="channels">The number of channels; any number.</param>
    /// <param name="firstChannel">The first channel to process.</param>
    /// <param name="endChannel">The index after the last channel to process.</param>
    /// <param name="gradient"><c>[tap][channel]</c>, added to.</param>
    public abstract void AddWeightGradient(
        float** pixels,
        int taps,
        float* outputGradient,
        int channels,
        int firstChannel,
        int endChannel,
        float* gradient
    );
}
