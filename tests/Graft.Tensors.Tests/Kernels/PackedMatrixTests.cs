using Graft.Tensors.Kernels.Gemm;
using Graft.Testing;

namespace Graft.Tensors.Tests.Kernels;

[Trait("Category", "Kernels")]
public sealed unsafe class PackedMatrixTests
{
    public static TheoryData<string> Kernels => KernelCase.Names;

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Panels_hold_the_matrix_and_zeros_behind_it(string name)
    {
        var kernel = KernelCase.Named(name);
        var columns = kernel.Columns + 1;
        using var matrix = RandomTensors.Uniform(new Shape(5, columns), new DeterministicRandom(1));
        using var packed = PackedMatrix.Pack(matrix.Pointer, 5, columns, kernel);
        Assert.Equal(2, packed.PanelCount);
        for (var panel = 0; panel < packed.PanelCount; panel++)
        {
            for (var row = 0; row < 5; row++)
            {
                for (var i = 0; i < kernel.Columns; i++)
                {
                    var column = (panel * kernel.Columns) + i;
                    Assert.Equal(
                        column < columns ? matrix.Span[(row * columns) + column] : 0,
                        packed.Panel(panel, row)[i]
                    );
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Packing_on_several_threads_gives_the_same(string name)
    {
        var kernel = KernelCase.Named(name);
        const int Taps = 2;
        const int Depth = 71;
        var columns = (5 * kernel.Columns) - 1;
        using var matrices = RandomTensors.Uniform(new Shape(Taps, Depth, columns), new DeterministicRandom(3));
        using var workers = new WorkerPool(3);
        var view = new KernelView(matrices.Pointer, Taps, Depth, columns);
        using var expected = PackedMatrix.Pack(matrices.Pointer, Taps * Depth, columns, kernel);
        using var actual = PackedMatrix.Pack(view, kernel, workers);
        var length = expected.PanelCount * Taps * Depth * kernel.Columns;
        Assert.True(
            new ReadOnlySpan<float>(expected.Panel(0, 0), length).SequenceEqual(
                new ReadOnlySpan<float>(actual.Panel(0, 0), length)
            )
        );
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Packing_transposed_equals_transposing_and_packing(string name)
    {
        var kernel = KernelCase.Named(name);
        const int Taps = 3;
        const int Depth = 5;
        var columns = kernel.Columns + 2;
        using var matrices = RandomTensors.Uniform(new Shape(Taps, columns, Depth), new DeterministicRandom(2));
        using var transposed = Tensor.Zeros(new Shape(Taps * Depth, columns));
        for (var tap = 0; tap < Taps; tap++)
        {
            for (var row = 0; row < columns; row++)
            {
                for (var column = 0; column < Depth; column++)
                    transposed.Span[(((tap * Depth) + column) * columns) + row] = matrices.Span[
                        (((tap * columns) + row) * Depth) + column
                    ];
            }
        }

        using var expected = PackedMatrix.Pack(transposed.Pointer, Taps * Depth, columns, kernel);
        using var workers = new WorkerPool(3);
        using var actual = PackedMatrix.Pack(
            new KernelView(matrices.Pointer, Taps, columns, Depth).Transposed(),
            kernel,
            workers
        );
        Assert.Equal(expected.Depth, actual.Depth);
        var length = expected.PanelCount * expected.Depth * kernel.Columns;
        Assert.True(
            new ReadOnlySpan<float>(expected.Panel(0, 0), length).SequenceEqual(
                new ReadOnlySpan<float>(actual.Panel(0, 0), length)
            )
        );
    }
}
