using Graft.Tensors.Kernels.Gemm;
using Graft.Tensors.Kernels.Winograd;
using Graft.Testing;

namespace Graft.Tensors.Tests.Kernels;

[Trait("Category", "Kernels")]
public sealed unsafe class WinogradTileTests
{
    public static TheoryData<int> Outputs => new(2, 3, 4);

    [Theory]
    [MemberData(nameof(Outputs))]
    public void The_matrices_filter_in_one_dimension(int outputs)
    {
        var tile = Tile(outputs);
        var random = new DeterministicRandom(5);
        using var signal = RandomTensors.Uniform(new Shape(tile.Inputs), random);
        using var filter = RandomTensors.Uniform(new Shape(3), random);
        var transformed = Apply(tile.InputMatrix, i => signal.Span[i]);
        var weights = Apply(WinogradTile.WeightMatrix, i => filter.Span[i]);
        var results = Apply(tile.OutputMatrix, i => transformed[i] * weights[i]);
        for (var i = 0; i < outputs; i++)
        {
            var expected = 0.0;
            for (var k = 0; k < 3; k++)
                expected += (double)signal.Span[i + k] * filter.Span[k];
            Assert.Equal(expected, results[i], 1e-12);
        }
    }

    [Theory]
    [MemberData(nameof(Outputs))]
    public void The_constants_of_inputs_and_outputs_are_exact_in_single_precision(int outputs)
    {
        foreach (
            var value in Tile(outputs).InputMatrix.Cast<double>().Concat(Tile(outputs).OutputMatrix.Cast<double>())
        )
            Assert.Equal(value, (float)value);
    }

    [Theory]
    [MemberData(nameof(Outputs))]
    public void Points_that_a_tile_leaves_out_take_no_part(int outputs)
    {
        var tile = Tile(outputs);
        Assert.Equal(outputs + 2, tile.Points.Length);
        for (var point = 0; point < WinogradTile.SidePoints; point++)
        {
            var isUsed = tile.Points.Contains(point);
            Assert.Equal(isUsed, Enumerable.Range(0, tile.Inputs).Any(i => tile.InputMatrix[point, i] != 0));
            Assert.Equal(isUsed, Enumerable.Range(0, outputs).Any(i => tile.OutputMatrix[i, point] != 0));
        }
    }

    [Theory]
    [InlineData(2, 2)]
    [InlineData(3, 3)]
    [InlineData(4, 4)]
    [InlineData(4, 3)]
    [InlineData(2, 3)]
    public void Inputs_are_transformed_by_the_matrices_of_both_sides(int outputsDown, int outputsAcross)
    {
        var (down, across) = (Tile(outputsDown), Tile(outputsAcross));
        const int Channels = 21;
        using var patch = RandomTensors.Uniform(
            new Shape(down.Inputs, across.Inputs, Channels),
            new DeterministicRandom(6)
        );
        using var result = Tensor.Uninitialized(new Shape(WinogradTile.AllPoints, Channels));
        using var scratch = Tensor.Uninitialized(new Shape(WinogradTile.AllPoints, Channels));
        var rows = stackalloc float*[down.Inputs];
        var columns = stackalloc float*[across.Inputs];
        for (var i = 0; i < down.Inputs; i++)
            rows[i] = patch.Pointer + (i * across.Inputs * Channels);
        for (var i = 0; i < across.Inputs; i++)
            columns[i] = scratch.Pointer + (i * WinogradTile.SidePoints * Channels);

        foreach (var kernel in TileKernel.All)
        {
            WinogradKernel
                .For(down, kernel)
                .TransformInputColumns(rows, Channels, (1, across.Inputs), (0, across.Inputs), Channels, columns);
            WinogradKernel
                .For(across, kernel)
                .TransformInputRows(columns, down.Points, Channels, result.Pointer, Channels);
            for (var channel = 0; channel < Channels; channel++)
            {
                // The first column is outside the image.
                var expected = BothSides(
                    down.InputMatrix,
                    (y, x) => x == 0 ? 0 : patch.Span[(((y * across.Inputs) + x) * Channels) + channel],
                    across.InputMatrix
                );
                foreach (var y in down.Points)
                {
                    foreach (var x in across.Points)
                        Assert.Equal(
                            expected[y, x],
                            result.Span[(((y * WinogradTile.SidePoints) + x) * Channels) + channel],
                            5e-6
                        );
                }
            }
        }
    }

    [Fact]
    public void Points_that_the_same_sizes_use_are_known() =>
        Assert.Equal([0, 0, 0, 3, 4, 0], WinogradTile.FirstOfSameUse);

    [Theory]
    [InlineData(14, 14)]
    [InlineData(6, 14)]
    [InlineData(14, 4)]
    [InlineData(9, 5)]
    public void Weights_are_transformed_at_the_points_of_a_map_and_packed(int height, int width)
    {
        var points = WinogradPoints.For(height, width);
        const int Inputs = 3;
        const int Channels = 37;
        using var weight = RandomTensors.Uniform(new Shape(3, 3, Inputs, Channels), new DeterministicRandom(7));
        var view = new KernelView(weight.Pointer, 9, Inputs, Channels);
        foreach (var kernel in TileKernel.All)
        {
            using var whole = WinogradWeights.Transform(view, points, kernel, isWhole: true);
            using var parts = WinogradWeights.Transform(view, points, kernel, isWhole: false);
            Assert.Equal((true, false), (whole.IsWhole, parts.IsWhole));
            foreach (var down in points.Down)
            {
                // All panels and the last two inputs.
                var pointStride = ((nint)whole.PanelCount * 2 * kernel.Columns) + 16;
                using var finished = Tensor.Uninitialized(new Shape(points.Across.Length, (int)pointStride));
                parts.FinishRow(down, (0, whole.PanelCount), (1, 2), finished.Pointer, pointStride);
                for (var place = 0; place < points.Across.Length; place++)
                {
                    var across = points.Across[place];
                    for (var input = 0; input < Inputs; input++)
                    {
                        for (var column = 0; column < whole.PanelCount * kernel.Columns; column++)
                        {
                            var (panel, inside) = Math.DivRem(column, kernel.Columns);
                            var actual = whole.Panel((down * WinogradTile.SidePoints) + across, panel, input)[inside];

                            // Three roundings of numbers up to this sum: columns, even and odd powers, and their sum.
                            var (expected, size) = Weight(weight, input, column, Inputs, Channels, down, across);
                            Assert.Equal(expected, actual, 3 * size * Math.Pow(2, -24));
                            if (input > 0)
                                Assert.Equal(
                                    actual,
                                    finished.Pointer[
                                        (place * pointStride) + (((panel * 2) + input - 1) * kernel.Columns) + inside
                                    ]
                                );
                        }
                    }
                }
            }
        }
    }

    [Theory]
    [InlineData(64, true)]
    [InlineData(128, true)]
    [InlineData(256, false)]
    public void Large_weights_are_kept_in_parts(int channels, bool isWhole)
    {
        using var weight = Tensor.Zeros(new Shape(3, 3, channels, channels));
        using var weights = WinogradWeights.Transform(
            new KernelView(weight.Pointer, 9, channels, channels),
            WinogradPoints.For(14, 14)
        );
        Assert.Equal(isWhole, weights.IsWhole);
    }

    [Fact]
    public void Weights_are_the_same_whatever_the_threads()
    {
        const int Inputs = 67;
        const int Channels = 41;
        using var weight = RandomTensors.Uniform(new Shape(3, 3, Inputs, Channels), new DeterministicRandom(8));
        using var workers = new WorkerPool(3);
        var (view, points) = (new KernelView(weight.Pointer, 9, Inputs, Channels), WinogradPoints.For(14, 14));
        foreach (var kernel in TileKernel.All)
        {
            using var expected = WinogradWeights.Transform(view, points, kernel, isWhole: true);
            using var actual = WinogradWeights.Transform(view, points, kernel, workers, isWhole: true);
            var length = points.All.Length * expected.PanelCount * Inputs * kernel.Columns;
            Assert.True(
                new ReadOnlySpan<float>(expected.Panel(0, 0, 0), length).SequenceEqual(
                    new ReadOnlySpan<float>(actual.Panel(0, 0, 0), length)
                )
            );
        }
    }

    private static WinogradTile Tile(int outputs) =>
        outputs switch
        {
            2 => WinogradTile.Two,
            3 => WinogradTile.Three,
            _ => WinogradTile.Four,
        };

    /// <summary>A number of the transformed weights, and the sum of what it is the sum of, all positive.</summary>
    private static (double Value, double Size) Weight(
        Tensor weight,
        int input,
        int column,
        int inputs,
        int channels,
        int down,
        int across
    )
    {
        double value = 0,
            size = 0;
        for (var y = 0; y < 3 && column < channels; y++)
        {
            for (var x = 0; x < 3; x++)
            {
                var term =
                    WinogradTile.WeightMatrix[down, y]
                    * weight.Span[(((((y * 3) + x) * inputs) + input) * channels) + column]
                    * WinogradTile.WeightMatrix[across, x];
                value += term;
                size += Math.Abs(term);
            }
        }

        return (value, size);
    }

    private static double[] Apply(double[,] matrix, Func<int, double> vector) =>
        [
            .. Enumerable
                .Range(0, matrix.GetLength(0))
                .Select(row =>
                    Enumerable.Range(0, matrix.GetLength(1)).Sum(column => matrix[row, column] * vector(column))
                ),
        ];

    /// <summary>A matrix, times one between, times the transpose of another.</summary>
    private static double[,] BothSides(double[,] left, Func<int, int, double> between, double[,] right)
    {
        var result = new double[left.GetLength(0), right.GetLength(0)];
        for (var i = 0; i < left.GetLength(0); i++)
        for (var j = 0; j < right.GetLength(0); j++)
        for (var y = 0; y < left.GetLength(1); y++)
        for (var x = 0; x < right.GetLength(1); x++)
            result[i, j] += left[i, y] * between(y, x) * right[j, x];
        return result;
    }
}
