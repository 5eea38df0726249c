namespace Graft.Tensors.Kernels.Gemm;

/// <summary>Says where the rows of the left operand are, so that they need not be copied together.</summary>
internal abstract unsafe class RowSource
{
    /// <summary>
    /// How many pointers lead to one row: 1 for a matrix, one for each tap of a convolution's kernel.
    /// </summary>
    public abstract int Taps { get; }

    /// <summary>How many consecutive values each pointer leads to.</summary>
    public abstract int TapLength { get; }

    /// <summary>Writes the pointers of consecutive rows.</summary>
    /// <param name="firstRow">The first row.</param>
    /// <param name="rowCount">How many rows exist from there on, at the most <paramref name="stride"/>.</param>
    /// <param name="pointers">
    /// Gets the pointer of row r and tap t at <c>[t * stride + r]</c>; missing rows repeat the last.
    /// </param>
    /// <param name="stride">Rows in a tile.</param>
    public abstract void Locate(int firstRow, int rowCount, float** pointers, int stride);
}
