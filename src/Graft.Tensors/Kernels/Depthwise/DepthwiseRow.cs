using Graft.Tensors.Kernels.Convolution;
using Graft.Tensors.Kernels.Gemm;

namespace Graft.Tensors.Kernels.Depthwise;

/// <summary>
/// One output row of a depthwise convolution, computed from tables of pointers: a table for each input row under the
/// kernel, with an entry for each column of the padded input. Rows may be anywhere in memory, so nothing is ever padded
/// or copied.
/// </summary>
internal static unsafe class DepthwiseRow
{
    /// <summary>
    /// The number of padded input columns that an output row depends on: the number of entries of a table.
    /// </summary>
    public static int ColumnCount(ConvolutionGeometry geometry) =>
        ((geometry.OutputWidth - 1) * geometry.StrideWidth) + ((geometry.KernelWidth - 1) * geometry.DilationWidth) + 1;

    /// <summary>The input row under a row of the kernel; -1 if it is in the padding.</summary>
    /// <param name="geometry">The sizes of the operation.</param>
    /// <param name="y">The row of the output.</param>
    /// <param name="kernelY">The row of the kernel.</param>
    public static int InputRow(ConvolutionGeometry geometry, int y, int kernelY)
    {
        var inputY = (y * geometry.StrideHeight) + (kernelY * geometry.DilationHeight) - geometry.PaddingTop;
        return (uint)inputY < (uint)geometry.InputHeight ? inputY : -1;
    }

    /// <summary>Fills a table.</summary>
    /// <param name="geometry">The sizes of the operation.</param>
    /// <param name="row">The first pixel of a row of the input; null for a row in the padding.</param>
    /// <param name="zeros">As many zeros as there are channels.</param>
    /// <param name="columns">The table, with <see cref="ColumnCount"/> entries.</param>
    public static void Locate(ConvolutionGeometry geometry, float* row, float* zeros, float** columns)
    {
        var count = ColumnCount(geometry);
        for (var column = 0; column < count; column++)
        {
            var inputX = column - geometry.PaddingLeft;
            columns[column] =
                row is not null && (uint)inputX < (uint)geometry.InputWidth
                    ? row + ((nint)inputX * geometry.InputChannels)
                    : zeros;
        }
    }

    /// <summary>Computes the output row.</summary>
    /// <param name="kernel">The routines to use.</param>
    /// <param name="geometry">The sizes of the operation.</param>
    /// <param name="columns">The table of each row of the kernel.</param>
    /// <param name="taps">Scratch memory for a pointer for each tap.</param>
    /// <param name="weights">The kernel, <c>[tap][channel]</c>.</param>
    /// <param name="output">Receives the row.</param>
    /// <param name="epilogue">Bias, residual (of this row) and clamp.</param>
    public static void Run(
        DepthwiseKernel kernel,
        ConvolutionGeometry geometry,
        float*** columns,
        float** taps,
        float* weights,
        float* output,
        in Epilogue epilogue
    )
    {
        var (width, channels, stride) = (geometry.OutputWidth, geometry.InputChannels, geometry.StrideWidth);
        var isUnrolled =
            geometry is { KernelHeight: 3, KernelWidth: 3 } or { KernelHeight: 5, KernelWidth: 5 }
            && stride <= 2
            && geometry.DilationWidth == 1
            && width >= DepthwiseKernel.TilePixels;
        var step = isUnrolled ? DepthwiseKernel.TilePixels : 1;
        for (var next = 0; next < width; next += step)
        {
            // If the row is not a multiple of the tile, the last tile starts earlier and computes some pixels again.
            var x = Math.Min(next, width - step);
            var place = (nint)x * channels;
            var pixelEpilogue = epilogue;
            if (epilogue.Residual is not null)
                pixelEpilogue.Residual = epilogue.Residual + place;
            if (isUnrolled)
            {
                kernel.Tile(
                    geometry.KernelWidth,
                    stride,
                    columns,
                    x * stride,
                    weights,
                    channels,
                    output + place,
                    pixelEpilogue
                );
                continue;
            }

            for (var tap = 0; tap < geometry.Taps; tap++)
            {
                var (kernelY, kernelX) = Math.DivRem(tap, geometry.KernelWidth);
                taps[tap] = columns[kernelY][(x * stride) + (kernelX * geometry.DilationWidth)];
            }

            kernel.Pixel(taps, geometry.Taps, weights, channels, output + place, pixelEpilogue);
        }
    }
}
