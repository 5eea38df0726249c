namespace Graft.Tensors.Kernels.Gemm;

/// <summary>
/// What a tile kernel multiplies, where the results go, and what is done to them on the way: consecutive tiles below
/// each other.
/// </summary>
internal unsafe struct TileOperands
{
    /// <summary>
    /// For each tile and tap, <see cref="TileKernel.Rows"/> pointers to the first of the consecutive values of a row.
    /// Rows that do not exist point anywhere readable.
    /// </summary>
    public float** Rows;

    /// <summary>From the pointers of one tile to those of the next.</summary>
    public nint RowsStride;

    /// <summary>The number of groups of pointers.</summary>
    public int Taps;

    /// <summary>Added to every pointer, in floats.</summary>
    public nint Offset;

    /// <summary>The number of values at each pointer in this block of the shared dimension.</summary>
    public nint Length;

    /// <summary>
    /// The block's part of the first packed panel: <c>Taps * Length</c> rows of <see cref="TileKernel.Columns"/>.
    /// </summary>
    public float* Panel;

    /// <summary>From there to the same part of the next panel, in floats.</summary>
    public nint PanelStride;

    /// <summary>The number of rows in all tiles, at least 1.</summary>
    public int RowCount;

    /// <summary>
    /// The number of existing columns, from 1 to the columns of <see cref="TileKernel.PanelsAtOnce"/> panels.
    /// </summary>
    public int ColumnCount;

    /// <summary>
    /// Memory for all rows and columns of a tile: holds the sums to go on from when <see cref="Resume"/>, receives the
    /// sums when there is no <see cref="Output"/>, and is scratch otherwise.
    /// </summary>
    public float* Sums;

    /// <summary>The distance from one row of the sums to the next, in floats.</summary>
    public nint SumsStride;

    /// <summary>From the sums of one tile to those of the next, in floats; 0 where they are scratch alone.</summary>
    public nint SumsTileStride;

    /// <summary>From a sum to that of the next panel's same column, in floats.</summary>
    public nint SumsPanelStride;

    /// <summary>Whether to go on from the sums rather than from zero.</summary>
    public bool Resume;

    /// <summary>Receives the first result; null while blocks of the shared dimension remain.</summary>
    public float* Output;

    /// <summary>The distance from one row of the output (and residual) to the next, in floats.</summary>
    public nint OutputStride;

    /// <summary>
    /// Bias for the tiles' first column, residual for their first result, and clamp. The residual may be the output
    /// itself.
    /// </summary>
    public Epilogue Epilogue;

    /// <summary>Whether the rows of the next tile are prefetched.</summary>
    public bool PrefetchesRows;

    /// <summary>The start of the data to prefetch into the second-level cache, or null.</summary>
    public float* PrefetchStart;

    /// <summary>The distance to the second part to prefetch if a tile spans two panels, in floats.</summary>
    public nint PrefetchStride;

    /// <summary>The number of cache lines to prefetch, from each part, for every cache line of a row.</summary>
    public int PrefetchLines;

    /// <summary>The number of floats that one tile prefetches.</summary>
    public readonly nint PrefetchLength =>
        (Length + Prefetch.LineLength - 1) / Prefetch.LineLength * Taps * PrefetchLines * Prefetch.LineLength;
}
