using Graft.Tensors;
using Graft.Training.DataChecks;

namespace Graft.Training.Tests.DataChecks;

public sealed class SimilarRowsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1, 3)]
    [InlineData(2, 1)]
    [InlineData(33, 17)]
    [InlineData(1024, 8)]
    [InlineData(1025, 9)]
    [InlineData(2100, 5)]
    public void All_pairs_above_the_threshold_are_found_and_no_other(int rows, int depth)
    {
        using var matrix = Directions(rows, depth, (ulong)rows);
        // High enough that no row has more pairs than are listed of one.
        var threshold =
            depth is < 4 or > 16 ? 0.5f
            : depth < 8 ? 0.995f
            : 0.93f;
        var expected = new List<(int, int)>();
        var undecided = new HashSet<(int, int)>();
        for (var i = 0; i < rows; i++)
        {
            for (var j = i + 1; j < rows; j++)
            {
                var product = 0.0;
                for (var k = 0; k < depth; k++)
                    product += (double)matrix.Rows(i)[k] * matrix.Rows(j)[k];
                // Within the rounding of floats either answer is right.
                if (Math.Abs(product - threshold) < 1e-5)
                    undecided.Add((i, j));
                else if (product >= threshold)
                    expected.Add((i, j));
            }
        }

        Assert.True(rows < 33 || expected.Count > 0);
        foreach (var threads in new[] { 1, 2 })
        {
            using var workers = new WorkerPool(threads);
            var found = SimilarRows.Find(matrix, matrix, threshold, workers, Token);
            Assert.Equal(
                expected,
                found.Select(pair => (pair.First, pair.Second)).Where(pair => !undecided.Contains(pair))
            );
        }
    }

    [Fact]
    public void Many_equal_rows_are_connected_without_half_a_million_pairs()
    {
        using var matrix = Tensor.Zeros(new Shape(1500, 4));
        for (var i = 0; i < 1500; i++)
            matrix.Rows(i)[1] = 1;
        using var workers = new WorkerPool(2);
        var pairs = SimilarRows.Find(matrix, matrix, 0.9f, workers, Token);
        Assert.InRange(pairs.Count, 1499, 1500 * 32);
        Assert.All(
            DuplicateGroups.Compute(
                1500,
                pairs.Select(pair => new ImagePair(pair.First, pair.Second, PairKind.Similar, 0))
            ),
            group => Assert.Equal(0, group)
        );
    }

    private static Tensor Directions(int rows, int depth, ulong seed)
    {
        var random = new DeterministicRandom(seed);
        var matrix = Tensor.Uninitialized(new Shape(rows, depth));
        for (var i = 0; i < rows; i++)
        {
            var row = matrix.Rows(i);
            var squares = 0.0;
            foreach (ref var value in row)
            {
                value = (random.NextInt(2001) - 1000) / 1000f;
                squares += value * value;
            }

            foreach (ref var value in row)
                value = (float)(value / Math.Sqrt(squares));
        }

        return matrix;
    }
}
