using Graft.Tensors.Kernels.Gemm;
using Graft.Testing;
using Graft.Testing.Oracles;

namespace Graft.Tensors.Tests.Kernels;

[Trait("Category", "Kernels")]
public sealed unsafe class MatrixProductTests
{
    /// <summary>Results that are stored nowhere stay this.</summary>
    private const float Untouched = 12345;

    public static TheoryData<string> Kernels => KernelCase.Names;

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Every_kernel_equals_a_chain_of_multiply_adds_at_every_edge(string name)
    {
        var kernel = KernelCase.Named(name);
        var width = kernel.Columns / 2;
        int[] rows = [0, 1, 2, 3, 4, kernel.Rows - 1, kernel.Rows, kernel.Rows + 1, (2 * kernel.Rows) + 1];
        int[] columns =
        [
            0,
            1,
            width - 1,
            width,
            width + 1,
            (2 * width) - 1,
            2 * width,
            (2 * width) + 1,
            3 * width,
            (4 * width) - 1,
            4 * width,
            (6 * width) + 1,
        ];
        foreach (var row in rows)
        {
            foreach (var column in columns.Distinct())
            {
                foreach (var depth in new[] { 0, 1, 2, 16, 17 })
                    Check(new Product(row, depth, column), kernel, threads: 2);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void The_shared_dimension_may_be_cut_into_blocks(string name)
    {
        var kernel = KernelCase.Named(name);
        foreach (var depth in new[] { 383, 384, 385, 1536, 1537, 3001, 12289 })
            Check(new Product(7, depth, kernel.Columns + 1), kernel, threads: 2);
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Rows_may_be_cut_into_blocks(string name) =>
        Check(new Product(1000, 33, 70), KernelCase.Named(name), threads: 2);

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Bias_residual_and_clamp_come_after_the_sum(string name)
    {
        var kernel = KernelCase.Named(name);
        foreach (var columns in new[] { 1, kernel.Columns, kernel.Columns + 3 })
        {
            Check(new Product(13, 20, columns) { HasBias = true }, kernel, threads: 1);
            Check(new Product(13, 20, columns) { HasResidual = true }, kernel, threads: 1);
            Check(
                new Product(13, 20, columns)
                {
                    HasBias = true,
                    HasResidual = true,
                    Minimum = 0,
                },
                kernel,
                threads: 1
            );
            Check(
                new Product(13, 20, columns)
                {
                    HasBias = true,
                    Minimum = 0,
                    Maximum = 1.5f,
                },
                kernel,
                threads: 1
            );
        }
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void The_number_of_threads_changes_no_bit(string name)
    {
        var product = new Product(301, 700, 65) { HasBias = true };
        var one = product.Run(KernelCase.Named(name), threads: 1);
        foreach (var threads in new[] { 2, 3, 5 })
            Assert.True(Closeness.SameBits(one, product.Run(KernelCase.Named(name), threads)));
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void A_row_alone_has_the_bits_that_it_has_among_others(string name)
    {
        var kernel = KernelCase.Named(name);
        var product = new Product(50, 1201, 37) { HasBias = true };
        var all = product.Run(kernel, threads: 2);
        foreach (var row in new[] { 0, 1, 5, 6, 23, 49 })
            Assert.True(Closeness.SameBits(all.AsSpan(row * 37, 37), product.RunRow(row, kernel)));
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Not_a_number_and_infinity_are_never_hidden(string name)
    {
        var kernel = KernelCase.Named(name);
        foreach (var columns in new[] { 3, kernel.Columns, kernel.Columns + 1 })
        {
            var product = new Product(7, 9, columns)
            {
                HasBias = true,
                HasResidual = true,
                Minimum = 0,
                Maximum = 6,
            };
            product.Left[2 * 9] = float.NaN;
            var result = product.Run(kernel, threads: 1);
            for (var i = 0; i < result.Length; i++)
                Assert.Equal(i / columns == 2, float.IsNaN(result[i]));

            var unlimited = new Product(7, 9, columns) { Minimum = 0 };
            unlimited.Left.AsSpan(3 * 9, 9).Fill(float.PositiveInfinity);
            unlimited.Right.AsSpan().Fill(1);
            Assert.All(unlimited.Run(kernel, threads: 1).AsSpan(3 * columns, columns).ToArray(), value =>
                Assert.Equal(float.PositiveInfinity, value)
            );
        }
    }

    [Fact]
    public void Operands_that_do_not_fit_are_refused()
    {
        using var matrix = Tensor.Zeros(new Shape(3, 4));
        using var packed = PackedMatrix.Pack(matrix.Pointer, 3, 4);
        using var workers = new WorkerPool(1);
        var error = Assert.Throws<ArgumentException>(() =>
            MatrixProduct.Run(new MatrixRows(matrix.Pointer, 4, 4), 3, packed, matrix.Pointer, Epilogue.None, workers)
        );
        Assert.Contains("the rows have 4 values, the matrix 3 rows", error.Message, StringComparison.Ordinal);
    }

    private static void Check(Product product, TileKernel kernel, int threads)
    {
        var actual = product.Run(kernel, threads);
        var expected = product.Chain();
        for (var i = 0; i < expected.Length; i++)
        {
            if (BitConverter.SingleToInt32Bits(expected[i]) != BitConverter.SingleToInt32Bits(actual[i]))
                Assert.Fail(
                    $"{kernel.Name}, {product.Rows} x {product.Depth} x {product.Columns}: element {i} should be "
                        + $"{expected[i]:R}, is {actual[i]:R}."
                );
        }

        // The chain is float arithmetic of its own; the mathematics is checked in double.
        Closeness.Demand(product.Exact(), actual, 1e-6 * Math.Max(1, Math.Sqrt(product.Depth)), kernel.Name);
    }

    /// <summary>A product of random operands.</summary>
    private sealed class Product
    {
        private readonly float[] _bias;
        private readonly float[] _residual;

        public Product(int rows, int depth, int columns)
        {
            (Rows, Depth, Columns) = (rows, depth, columns);
            var random = new DeterministicRandom((ulong)((rows * 1_000_003) + (depth * 1009) + columns));
            float[] Numbers(int count)
            {
                var numbers = new float[count];
                RandomTensors.FillUniform(numbers, random);
                return numbers;
            }

            Left = Numbers(rows * depth);
            Right = Numbers(depth * columns);
            _bias = Numbers(columns);
            _residual = Numbers(rows * columns);
        }

        public int Rows { get; }

        public int Depth { get; }

        public int Columns { get; }

        public float[] Left { get; }

        public float[] Right { get; }

        public bool HasBias { get; init; }

        public bool HasResidual { get; init; }

        public float Minimum { get; init; } = float.NegativeInfinity;

        public float Maximum { get; init; } = float.PositiveInfinity;

        public float[] Run(TileKernel kernel, int threads) => Run(kernel, threads, 0, Rows);

        public float[] RunRow(int row, TileKernel kernel) => Run(kernel, 1, row, 1);

        /// <summary>
        /// Every element on its own: products added in the order of the shared dimension, then bias, residual, clamp.
        /// </summary>
        public float[] Chain()
        {
            var results = new float[Rows * Columns];
            for (var i = 0; i < results.Length; i++)
            {
                var (row, column) = Math.DivRem(i, Columns);
                var sum = 0f;
                for (var k = 0; k < Depth; k++)
                    sum = KernelCase.MultiplyAdd(Left[(row * Depth) + k], Right[(k * Columns) + column], sum);
                sum += HasBias ? _bias[column] : 0;
                sum += HasResidual ? _residual[i] : 0;
                results[i] = Math.Min(Maximum, Math.Max(Minimum, sum));
            }

            return results;
        }

        public double[] Exact()
        {
            var left = new DoubleTensor(Rows, Depth);
            var right = new DoubleTensor(Depth, Columns);
            var bias = new DoubleTensor(Columns);
            Left.CopyTo(left.Values, 0);
            Right.CopyTo(right.Values, 0);
            _bias.CopyTo(bias.Values, 0);
            var results = DenseOracle.Apply(left, right, HasBias ? bias : null).Values;
            for (var i = 0; i < results.Length; i++)
                results[i] = Math.Clamp(results[i] + (HasResidual ? _residual[i] : 0), Minimum, Maximum);
            return results;
        }

        private float[] Run(TileKernel kernel, int threads, int firstRow, int rowCount)
        {
            using var left = Tensor.From(new Shape(rowCount, Depth), Left.AsSpan(firstRow * Depth, rowCount * Depth));
            using var right = Tensor.From(new Shape(Depth, Columns), Right);
            using var packed = PackedMatrix.Pack(right.Pointer, Depth, Columns, kernel);
            using var bias = Tensor.Zeros(new Shape(packed.PanelCount * kernel.Columns));
            _bias.CopyTo(bias.Span);
            using var residual = Tensor.From(
                new Shape(rowCount, Columns),
                _residual.AsSpan(firstRow * Columns, rowCount * Columns)
            );
            using var output = Tensor.Uninitialized(new Shape((rowCount * Columns) + 64));
            output.Span.Fill(Untouched);
            using var workers = new WorkerPool(threads);
            var epilogue = new Epilogue
            {
                Bias = HasBias ? bias.Pointer : null,
                Residual = HasResidual ? residual.Pointer : null,
                Minimum = Minimum,
                Maximum = Maximum,
            };
            MatrixProduct.Run(
                new MatrixRows(left.Pointer, Depth, Depth),
                rowCount,
                packed,
                output.Pointer,
                epilogue,
                workers
            );
            Assert.All(output.Span[(rowCount * Columns)..].ToArray(), value => Assert.Equal(Untouched, value));
            return output.Span[..(rowCount * Columns)].ToArray();
        }
    }
}
