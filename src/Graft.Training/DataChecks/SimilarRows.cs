using Graft.Tensors;
using Graft.Tensors.Kernels.Gemm;

namespace Graft.Training.DataChecks;

/// <summary>Two rows whose product is large.</summary>
/// <param name="First">The first row.</param>
/// <param name="Second">The second row, behind the first.</param>
/// <param name="Product">The sum of the products of their values.</param>
internal readonly record struct RowPair(int First, int Second, float Product);

/// <summary>
/// Finds the rows that are alike among many: all products of rows, block by block, as matrix products.
/// </summary>
internal static unsafe class SimilarRows
{
    private const int Block = 1024;

    /// <summary>
    /// Of rows that are all alike each is paired with so many behind it only: that still connects them all, and a
    /// thousand copies do not make half a million pairs.
    /// </summary>
    private const int MostPairsOfARow = 32;

    /// <summary>Finds all pairs of which the product reaches a threshold.</summary>
    /// <param name="left"><c>[n, d]</c>, rows of length 1.</param>
    /// <param name="right"><c>[n, d]</c>; row i of the one times row j of the other must be row j times row i.</param>
    /// <param name="threshold">What the product must reach.</param>
    /// <param name="workers">The threads to run on; their number has no influence on the result.</param>
    /// <param name="cancellationToken">Stops between blocks.</param>
    /// <returns>The pairs, ordered by their rows.</returns>
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
                $"Comparing rows: {left.Shape} and {right.Shape} must be two matrices of one shape.",
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
