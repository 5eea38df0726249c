using Graft.Tensors;
using Graft.Tensors.Kernels.Gemm;

namespace Graft.Training.DataChecks;

/// <summary>Two rows with a large dot product.</summary>
/// <param name="First">The index of the first row.</param>
/// <param name="Second">The index of the second row; larger than the first.</param>
/// <param name="Product">The dot product of the rows.</param>
internal readonly record struct RowPair(int First, int Second, float Product);

/// <summary>
/// Finds similar rows of a matrix. Computes the dot products of all rows, block by block, as matrix products.
/// </summary>
internal static unsafe class SimilarRows
{
    private const int Block = 1024;

    /// <summary>
    /// The largest number of later rows that a row is paired with. Rows that are all alike are still connected, and a
    /// thousand copies do not make half a million pairs.
    /// </summary>
    private const int MostPairsOfARow = 32;

    /// <summary>Finds the pairs of rows whose dot product reaches a threshold.</summary>
    /// <param name="left"><c>[n, d]</c>, rows of unit length.</param>
    /// <param name="right"><c>[n, d]</c>; left row i times right row j must equal left row j times right row i.</param>
    /// <param name="threshold">The smallest dot product of a pair.</param>
    /// <param name="workers">The threads to run on; their number does not affect the results.</param>
    /// <param name="cancellationToken">Cancels the work between blocks.</param>
    /// <returns>The pairs, ordered by row index.</returns>
    public static List<RowPair> Find(
        Tensor left,
        Tensor right,
        float threshold,
        WorkerPool workers,
        CancellationToken cancellationToken
    )
    {
        if (left.Shape != right.Shape || left.Shape.Rank != 2)
            throw new ArgumentException(
                $"Comparing rows: {left.Shape} and {right.Shape} must be matrices of the same shape.",
                nameof(right)
            );
        var (rows, depth) = (left.Shape[0], left.Shape[1]);
        var pairs = new List<RowPair>();
        if (rows < 2)
            return pairs;
        var paired = new int[rows];
        var block = Math.Min(Block, rows);
        using var products = Tensor.Uninitialized(new Shape(block, block));
        for (var firstColumn = 0; firstColumn < rows; firstColumn += block)
        {
            var columns = Math.Min(block, rows - firstColumn);
            using var packed = PackedMatrix.PackTransposed(
                right.Pointer + ((nint)firstColumn * depth),
                depth,
                columns,
                workers: workers
            );
            for (var firstRow = 0; firstRow < firstColumn + columns; firstRow += block)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var count = Math.Min(block, firstColumn + columns - firstRow);
                MatrixProduct.Run(
                    new MatrixRows(left.Pointer + ((nint)firstRow * depth), depth, depth),
                    count,
                    packed,
                    products.Pointer,
                    Epilogue.None,
                    workers
                );
                Collect(products.Span, firstRow, count, firstColumn, columns, threshold, paired, pairs);
            }
        }

        pairs.Sort((one, other) => (one.First, one.Second).CompareTo((other.First, other.Second)));
        return pairs;
    }

    private static void Collect(
        ReadOnlySpan<float> products,
        int firstRow,
        int rows,
        int firstColumn,
        int columns,
        float threshold,
        int[] paired,
        List<RowPair> pairs
    )
    {
        for (var row = firstRow; row < firstRow + rows; row++)
        {
            var line = products.Slice((row - firstRow) * columns, columns);
            for (var column = Math.Max(0, row + 1 - firstColumn); column < columns; column++)
            {
                if (line[column] >= threshold && paired[row] < MostPairsOfARow)
                {
                    paired[row]++;
                    pairs.Add(new(row, firstColumn + column, line[column]));
                }
            }
        }
    }
}
