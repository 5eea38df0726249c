using Graft.Tensors.Kernels.Gemm;
using Graft.Tensors.Kernels.Winograd;
using Graft.Testing;

namespace Graft.Tensors.Tests.Kernels;

[Trait("Category", "Kernels")]
public sealed unsafe class WinogradTileTests
{
    public static TheoryData<int> Outputs => new(2, 4);

    [Theory]
    [MemberData(nameof(Outputs))]
    public void The_matrices_filter_in_one_dimension(int outputs)
    {
        var tile = Tile(outputs);
        var random = new DeterministicRandom(5);
        using var signal = RandomTensors.Uniform(new Shape(tile.Inputs), random);
        using var filter = RandomTensors.Uniform(new Shape(3), random);
        var transformed = Apply(tile.InputMatrix, i => signal.Span[i]);
        var weights = Apply(tile.WeightMatrix, i => filter.Span[i]);
        var results = Apply(tile.OutputMatrix, i => transformed[i] * weights[i]);
        for (var i = 0; i < outputs; i++)
        {
            var expected = 0.0;
            for (var k = 0; k < 3; k++)
                expected += (double)signal.Span[i + k] * filter.Span[k];
            Assert.Equal(expected, results[i], 1e-12);
        }
    }

    [Fact]
    public void The_constants_of_the_large_tile_are_exact_in_single_precision()
    {
        foreach (var value in WinogradTile.Four.InputMatrix.Cast<double>().Concat(WinogradTile.Four.OutputMatrix.Cast<double>()))
            Assert.Equal(value, (float)value);
    }

    [Theory]
    [MemberData(nameof(Outputs))]
    public void Inputs_are_transformed_by_the_matrix_from_both_sides(int outputs)
    {
        var tile = Tile(outputs);
        const int Channels = 21;
        using var patch = RandomTensors.Uniform(new Shape(tile.Inputs, tile.Inputs, Channels), new DeterministicRandom(6));
        using var result = Tensor.Uninitialized(new Shape(tile.Points, Channels));
        using var scratch = Tensor.Uninitialized(patch.Shape);
        var rows = stackalloc float*[tile.Inputs];
        var columns = stackalloc float*[tile.Inputs];
        for (var i = 0; i < tile.Inputs; i++)
        {
            rows[i] = patch.Pointer + (i * tile.Inputs * Channels);
            columns[i] = scratch.Pointer + (i * tile.Inputs * Channels);
        }

        foreach (var kernel in TileKernel.All)
        {
            var transform = WinogradKernel.For(tile, kernel);
            transform.TransformInputColumns(rows, Channels, (1, tile.Inputs), 0, Channels, columns);
            transform.TransformInputRows(columns, Channels, result.Pointer, Channels);
            for (var channel = 0; channel < Channels; channel++)
            {
                // The first column is outside the image.
                var expected = BothSides(tile.InputMatrix, (y, x) => x == 0 ? 0 : patch.Span[(((y * tile.Inputs) + x) * Channels) + channel]);
                for (var point = 0; point < tile.Points; point++)
                    Assert.Equal(expected[point / tile.Inputs, point % tile.Inputs], result.Span[(point * Channels) + channel], 3e-6);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Outputs))]
    public void Weights_are_transformed_and_packed(int outputs)
    {
        var tile = Tile(outputs);
        const int Inputs = 3;
        const int Channels = 37;
        using var weight = RandomTensors.Uniform(new Shape(3, 3, Inputs, Channels), new DeterministicRandom(7));
        foreach (var kernel in TileKernel.All)
        {
            using var transformed = WinogradWeights.Transform(weight.Pointer, Inputs, Channels, tile, kernel);
            for (var input = 0; input < Inputs; input++)
            {
                for (var column = 0; column < transformed.PanelCount * kernel.Columns; column++)
                {
                    var expected = BothSides(tile.WeightMatrix, (y, x) => column < Channels ? weight.Span[(((((y * 3) + x) * Inputs) + input) * Channels) + column] : 0);
                    for (var point = 0; point < tile.Points; point++)
                    {
                        var actual = transformed.Panel(point, column / kernel.Columns, input)[column % kernel.Columns];
                        Assert.Equal((float)expected[point / tile.Inputs, point % tile.Inputs], actual, 1e-7f);
                    }
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Outputs))]
    public void Weights_are_the_same_whatever_the_threads(int outputs)
    {
        var tile = Tile(outputs);
        const int Inputs = 67;
        const int Channels = 41;
        using var weight = RandomTensors.Uniform(new Shape(3, 3, Inputs, Channels), new DeterministicRandom(8));
        using var workers = new WorkerPool(3);
        foreach (var kernel in TileKernel.All)
        {
            using var expected = WinogradWeights.Transform(weight.Pointer, Inputs, Channels, tile, kernel);
            using var actual = WinogradWeights.Transform(weight.Pointer, Inputs, Channels, tile, kernel, workers);
            var length = tile.Points * expected.PanelCount * Inputs * kernel.Columns;
            Assert.True(new ReadOnlySpan<float>(expected.Panel(0, 0, 0), length).SequenceEqual(new ReadOnlySpan<float>(actual.Panel(0, 0, 0), length)));
        }
    }

    private static WinogradTile Tile(int outputs) => outputs == 2 ? WinogradTile.Two : WinogradTile.Four;

    private static double[] Apply(double[,] matrix, Func<int, double> vector) =>
        [.. Enumerable.Range(0, matrix.GetLength(0)).Select(row => Enumerable.Range(0, matrix.GetLength(1)).Sum(column => matrix[row, column] * vector(column)))];

    /// <summary>The matrix, times a square one, times the transpose of the matrix.</summary>
    private static double[,] BothSides(double[,] matrix, Func<int, int, double> square)
    {
        var (rows, size) = (matrix.GetLength(0), matrix.GetLength(1));
        var result = new double[rows, rows];
        for (var i = 0; i < rows; i++)
            for (var j = 0; j < rows; j++)
                for (var y = 0; y < size; y++)
                    for (var x = 0; x < size; x++)
                        result[i, j] += matrix[i, y] * square(y, x) * matrix[j, x];
        return result;
    }
}
