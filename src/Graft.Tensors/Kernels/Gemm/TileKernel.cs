namespace Graft.Tensors.Kernels.Gemm;

/// <summary>
/// The innermost routine of every matrix product and convolution: a tile of <see cref="Rows"/> x <see cref="Columns"/>
/// results, kept in registers while it runs along the shared dimension.
/// </summary>
/// <remarks>
/// Operands: the left matrix as pointers to rows, never copied (for a convolution, a pointer for each row and kernel
/// tap); the right one packed in panels of <see cref="Columns"/> columns, <c>[k][Columns]</c>, padded with zeros.
/// Every result is one chain of multiply-adds in the order of k. It does not depend on the tile's place, the vector
/// width or where the shared dimension is cut into blocks, so neither do the results of a network. The structure is
/// that of Goto and van de Geijn, "Anatomy of High-Performance Matrix Multiplication" (2008), with the indirection of
/// Dukhan, "The Indirect Convolution Algorithm" (2019).
/// </remarks>
internal abstract unsafe class TileKernel
{
    private static readonly Lazy<TileKernel> Chosen = new(Choose);

    /// <summary>The kernel for the widest vectors that this processor accelerates.</summary>
    public static TileKernel Best => Chosen.Value;

    /// <summary>A short name of the instruction set, such as <c>vector256</c>.</summary>
    public abstract string Name { get; }

    /// <summary>How many rows a tile has.</summary>
    public abstract int Rows { get; }

    /// <summary>How many columns a tile and a packed panel have.</summary>
    public abstract int Columns { get; }

    /// <summary>Every kernel that runs on this processor, for tests.</summary>
    public static IReadOnlyList<TileKernel> All { get; } =
    [
        new TileKernel<WidthScalar, float>("scalar"),
        new TileKernel<Width128, System.Runtime.Intrinsics.Vector128<float>>("vector128"),
        new TileKernel<Width256, System.Runtime.Intrinsics.Vector256<float>>("vector256"),
        new TileKernel<Width512, System.Runtime.Intrinsics.Vector512<float>>("vector512"),
    ];

    /// <summary>Computes one tile over one block of the shared dimension.</summary>
    /// <param name="rows">
    /// For each tap, <see cref="Rows"/> pointers to the first of <paramref name="length"/> consecutive values. Rows that
    /// do not exist point anywhere readable.
    /// </param>
    /// <param name="taps">How many groups of pointers.</param>
    /// <param name="offset">Added to every pointer, in floats.</param>
    /// <param name="length">How many values each pointer leads to in this block.</param>
    /// <param name="panel">The block's part of the packed panel: <c>taps * length</c> rows of <see cref="Columns"/>.</param>
    /// <param name="tile">The tile, <c>[Rows][Columns]</c>: read when <paramref name="resume"/>, always written.</param>
    /// <param name="resume">Whether to go on from the sums in <paramref name="tile"/> rather than from zero.</param>
    public abstract void Multiply(float** rows, int taps, nint offset, nint length, float* panel, float* tile, bool resume);

    /// <summary>Adds bias and residual to a finished tile, clamps it and writes the part that exists.</summary>
    /// <param name="tile">The tile, <c>[Rows][Columns]</c>.</param>
    /// <param name="output">Where the tile's first element goes.</param>
    /// <param name="stride">From one row of the output (and residual) to the next, in floats.</param>
    /// <param name="rowCount">How many rows exist.</param>
    /// <param name="columnCount">How many columns exist.</param>
    /// <param name="bias">For each column, or null; readable to <see cref="Columns"/>.</param>
    /// <param name="residual">Added where it is not null, laid out like the output.</param>
    /// <param name="minimum">Smaller results become this.</param>
    /// <param name="maximum">Larger results become this.</param>
    public abstract void Finish(float* tile, float* output, nint stride, int rowCount, int columnCount, float* bias, float* residual, float minimum, float maximum);

    private static TileKernel Choose()
    {
        if (System.Runtime.Intrinsics.Vector512.IsHardwareAccelerated)
            return All[3];
        if (System.Runtime.Intrinsics.Vector256.IsHardwareAccelerated)
            return All[2];
        return All[System.Runtime.Intrinsics.Vector128.IsHardwareAccelerated ? 1 : 0];
    }
}
