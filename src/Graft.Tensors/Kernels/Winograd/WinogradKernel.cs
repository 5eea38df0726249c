using System.Runtime.Intrinsics;
using Graft.Tensors.Kernels.Gemm;

namespace Graft.Tensors.Kernels.Winograd;

/// <summary>The transforms of whole tiles, for one tile size and vector width. Allocates nothing, checks nothing.</summary>
internal abstract unsafe class WinogradKernel
{
    /// <summary>Floats of scratch memory that a transform needs, aligned like a tensor.</summary>
    public const int ScratchLength = 36 * 16;

    /// <summary>The transforms that use the same vectors as a tile kernel.</summary>
    public static WinogradKernel For(WinogradTile tile, TileKernel kernel) => tile.Outputs == 4 ? For<WinogradTransform4>(kernel) : For<WinogradTransform2>(kernel);

    /// <summary>Computes <c>B' d B</c> of a tile for every channel.</summary>
    /// <param name="rows">
    /// A pointer for each row of the tile to its first column, whether that exists or not; rows outside the image point to zeros.
    /// </param>
    /// <param name="firstColumn">The first column of the tile that is inside the image.</param>
    /// <param name="endColumn">One more than the last; the others count as zero and are not read.</param>
    /// <param name="channels">Values of a pixel.</param>
    /// <param name="target">Gets the channels of point p at <c>p * pointStride</c>.</param>
    /// <param name="pointStride">In floats.</param>
    /// <param name="scratch"><see cref="ScratchLength"/> floats.</param>
    public abstract void TransformInput(float** rows, int firstColumn, int endColumn, int channels, float* target, nint pointStride, float* scratch);

    /// <summary>Computes <c>clamp(A' m A + bias + residual)</c> of a tile for the columns of one panel.</summary>
    /// <param name="products">The columns of point p at <c>p * pointStride</c>.</param>
    /// <param name="pointStride">In floats.</param>
    /// <param name="place">Where the results go.</param>
    /// <param name="epilogue">Bias and residual point to the panel's first column and the tile's first pixel.</param>
    /// <param name="scratch"><see cref="ScratchLength"/> floats.</param>
    public abstract void TransformOutput(float* products, nint pointStride, in WinogradPlace place, in Epilogue epilogue, float* scratch);

    private static WinogradKernel For<TTransform>(TileKernel kernel)
        where TTransform : struct, IWinogradTransform => kernel switch
        {
            TileKernel<Width512, Vector512<float>> => new WinogradKernel<Width512, Vector512<float>, TTransform>(),
            TileKernel<Width256, Vector256<float>> => new WinogradKernel<Width256, Vector256<float>, TTransform>(),
            TileKernel<Width128, Vector128<float>> => new WinogradKernel<Width128, Vector128<float>, TTransform>(),
            _ => new WinogradKernel<WidthScalar, float, TTransform>(),
        };
}

/// <summary>The part of the output that a tile's results for one panel fill.</summary>
/// <param name="Output">The first pixel's first column of the panel.</param>
/// <param name="RowStride">From one row of pixels to the next, in floats.</param>
/// <param name="PixelStride">From one pixel to the next, in floats.</param>
/// <param name="Rows">Rows of pixels that exist.</param>
/// <param name="Columns">Columns of pixels that exist.</param>
/// <param name="Channels">Columns of the panel that exist.</param>
internal readonly unsafe record struct WinogradPlace(nint Output, nint RowStride, nint PixelStride, int Rows, int Columns, int Channels)
{
    /// <summary>The first pixel's first column of the panel.</summary>
    public float* Pointer => (float*)Output;
}
