namespace Graft.Tensors.Kernels.Gemm;

/// <summary>The rows of a matrix in memory. Also the rows of a pointwise convolution with stride 1.</summary>
/// <param name="matrix">The first element.</param>
/// <param name="length">The number of values in a row.</param>
/// <param name="rowStride">The distance from one row to the next, in floats.</param>
internal sealed unsafe class MatrixRows(float* matrix, int length, nint rowStride) : RowSource
{
    public override int Taps => 1;

    public override int TapLength => length;

    public override void Locate(int firstRow, int rowCount, float** pointers, int stride)
    {
        for (var row = 0; row < stride; row++)
            pointers[row] = matrix + (((nint)firstRow + Math.Min(row, rowCount - 1)) * rowStride);
    }
}
