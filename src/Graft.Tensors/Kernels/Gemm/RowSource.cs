namespace Graft.Tensors.Kernels.Gemm;

/// <summary>Locates the rows of the left operand, so that they need not be copied.</summary>
internal abstract unsafe class RowSource
{
    /// <summary>
    /// The number of pointers for one row: 1 for a matrix, one for each tap of a convolution's kernel.
    /// </summary>
    public abstract int Taps { get; }

    /// <summary>The number of consecutive values at each pointer.</summary>
    public abstract int TapLength { get; }

    /// <summary>Writes the pointers of consecutive rows.</summary>
    /// <param name="firstRow">The first row.</param>
    /// <param name="rowCount">The number of rows that exist from there on, at most <paramref name="stride"/>.</param>
    /// <param name="pointers">
    /// Receives the pointer of row r and tap t at <c>[t * stride + r]</c>; missing rows repeat the last.
    /// </param>
    /// <param name="stride">The number of rows in a tile.</param>
    public abstract void Locate(int firstRow, int rowCount, float** pointers, int stride);
}
