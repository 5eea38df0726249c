using System.Runtime.Intrinsics;
using Graft.Tensors.Kernels.Gemm;

namespace Graft.Tensors.Kernels.Winograd;

/// <summary>
/// The transforms of whole tiles along one side, for one tile size and vector width. A tile uses the kernel of its
/// vertical size for columns and that of its horizontal size for rows. Allocates nothing and checks nothing.
/// </summary>
internal abstract unsafe class WinogradKernel
{
    /// <summary>The number of floats in a row of a tile's results: four of the widest vectors.</summary>
    public const int ResultLength = 4 * 16;

    /// <summary>The transforms that use the same vectors as a tile kernel.</summary>
    public static WinogradKernel For(WinogradTile tile, TileKernel kernel) =>
        tile.Outputs switch
        {
            4 => For<WinogradTransform4>(kernel),
            3 => For<WinogradTransform3>(kernel),
            _ => For<WinogradTransform2>(kernel),
        };

    /// <summary>Computes <c>B' d</c> for some columns of a tile and some channels.</summary>
    /// <param name="rows">
    /// A pointer for each row of the tile to the first channel of its first column, even if that column is outside the
    /// image; rows outside the image point to zeros.
    /// </param>
    /// <param name="pixelStride">The distance from one pixel to the next, in floats.</param>
    /// <param name="inside">The columns that are inside the image; the others count as zero and are not read.</param>
    /// <param name="wanted">The columns to compute; earlier ones are already in <paramref name="columns"/>.</param>
    /// <param name="channels">The number of channels.</param>
    /// <param name="columns">A buffer for each column; receives <c>[point][channels]</c>.</param>
    public abstract void TransformInputColumns(
        float** rows,
        int pixelStride,
        (int First, int End) inside,
        (int First, int End) wanted,
        int channels,
        float** columns
    );

    /// <summary>Computes <c>(B' d) B</c> of a tile.</summary>
    /// <param name="columns">The result of <see cref="TransformInputColumns"/>.</param>
    /// <param name="points">The vertical points that the tile uses.</param>
    /// <param name="channels">The number of channels.</param>
    /// <param name="target">Receives the channels of point p at <c>p * pointStride</c>.</param>
    /// <param name="pointStride">The distance from one point to the next, in floats.</param>
    public abstract void TransformInputRows(
        float** columns,
        ReadOnlySpan<int> points,
        int channels,
        float* target,
        nint pointStride
    );

    /// <summary>Computes <c>A' m</c> of consecutive tiles for all columns of one panel.</summary>
    /// <param name="products">A pointer for each point; the points of a column are together.</param>
    /// <param name="points">The horizontal points that the tiles use.</param>
    /// <param name="length">The number of tiles times the number of columns of a panel.</param>
    /// <param name="target">Receives <c>[point across][m][length]</c>.</param>
    public abstract void TransformOutputColumns(float** products, ReadOnlySpan<int> points, int length, float* target);

    /// <summary>Computes <c>clamp((A' m) A + bias + residual)</c> of one tile for the columns of one panel.</summary>
    /// <param name="columns">The tile's part of the result of <see cref="TransformOutputColumns"/>.</param>
    /// <param name="rows">The number of rows of the tile's results.</param>
    /// <param name="length">The same as for <see cref="TransformOutputColumns"/>.</param>
    /// <param name="place">The destination of the results.</param>
    /// <param name="epilogue">Bias and residual point to the panel's first column and the tile's first pixel.</param>
    /// <param name="results">Scratch memory of <see cref="ResultLength"/> floats, aligned like a tensor.</param>
    public abstract void TransformOutputRows(
        float* columns,
        int rows,
        int length,
        in WinogradPlace place,
        in Epilogue epilogue,
        float* results
    );

    private static WinogradKernel For<TTransform>(TileKernel kernel)
        where TTransform : struct, IWinogradTransform =>
        kernel switch
        {
            TileKernel<Width512, Vector512<float>> => new WinogradKernel<Width512, Vector512<float>, TTransform>(),
            TileKernel<Width256, Vector256<float>> => new WinogradKernel<Width256, Vector256<float>, TTransform>(),
            TileKernel<Width128, Vector128<float>> => new WinogradKernel<Width128, Vector128<float>, TTransform>(),
            _ => new WinogradKernel<WidthScalar, float, TTransform>(),
        };
}

/// <summary>The part of the output that a tile's results for one panel fill.</summary>
/// <param name="Output">The address of the first pixel, at the panel's first column.</param>
/// <param name="RowStride">The distance from one row of pixels to the next, in floats.</param>
/// <param name="PixelStride">The distance from one pixel to the next, in floats.</param>
/// <param name="Rows">The number of rows of pixels that exist.</param>
/// <param name="Columns">The number of columns of pixels that exist.</param>
/// <param name="Channels">The number of columns of the panel that exist.</param>
internal readonly unsafe record struct WinogradPlace(
    nint Output,
    nint RowStride,
    nint PixelStride,
    int Rows,
    int Columns,
    int Channels
)
{
    /// <summary>The address of the first pixel, at the panel's first column.</summary>
    public float* Pointer => (float*)Output;
}
