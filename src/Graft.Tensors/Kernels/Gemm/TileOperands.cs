namespace Graft.Tensors.Kernels.Gemm;

/// <summary>The operands, destination and epilogue of a tile kernel, for consecutive tiles one below another.</summary>
internal unsafe struct TileOperands
{
    /// <summary>
    /// For each tile and tap, <see cref="TileKernel.Rows"/> pointers to the first of the consecutive values of a row.
    /// Pointers of rows that do not exist may be any readable address.
    /// </summary>
    public float** Rows;

    /// <summary>The distance from the pointers of one tile to those of the next.</summary>
    public nint RowsStride;

    /// <summary>The number of taps: groups of pointers.</summary>
    public int Taps;

    /// <summary>Added to every pointer, in floats.</summary>
    public nint Offset;

    /// <summary>The number of values at each pointer in this block of the shared dimension.</summary>
    public nint Length;

    /// <summary>
    /// The block's part of the first packed panel: <c>Taps * Length</c> rows of <see cref="TileKernel.Columns"/>.
    /// </summary>
    public float* Panel;

    /// <summary>The distance from there to the same part of the next panel, in floats.</summary>
    public nint PanelStride;

    /// <summary>The number of rows in all tiles, at least 1.</summary>
    public int RowCount;

    /// <summary>
    /// The number of existing columns, from 1 to the columns of <see cref="TileKernel.PanelsAtOnce"/> panels.
    /// </summary>
    public int ColumnCount;

    /// <summary>
    /// Memory for all rows and columns of a tile. It holds the sums to continue from if <see cref="Resume"/>, receives
    /// the sums if there is no <see cref="Output"/>, and is scratch memory otherwise.
    /// </summary>
    public float* Sums;

    /// <summary>The distance from one row of the sums to the next, in floats.</summary>
    public nint SumsStride;

    /// <summary>
    /// The distance from the sums of one tile to those of the next, in floats; 0 if they are only scratch memory.
    /// </summary>
    public nint SumsTileStride;

    /// <summary>The distance from a sum to that of the same column in the next panel, in floats.</summary>
    public nint SumsPanelStride;

    /// <summary>Whether to continue from the sums rather than start from zero.</summary>
    public bool Resume;

    /// <summary>Receives the first result; null while blocks of the shared dimension remain.</summary>
    public float* Output;

    /// <summary>The distance from one row of the output (and residual) to the next, in floats.</summary>
    public nint OutputStride;

    /// <summary>
    /// The bias for the tiles' first column, the residual for their first result, and the clamp. The residual may be
    /// the output itself.
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
