using BenchmarkDotNet.Attributes;
using Graft.Tensors;
using Graft.Tensors.Kernels.Gemm;

namespace Graft.Benchmarks.Kernels;

/// <summary>
/// Matrix products at the shapes of 1x1 convolutions: rows are pixels, depth and columns are channels.
/// </summary>
public unsafe class GemmBenchmarks
{
    private WorkerPool _workers = null!;
    private PackedMatrix _matrix = null!;
    private Tensor _rows = null!;
    private Tensor _output = null!;

    [Params(49, 196, 3136)]
    public int Rows { get; set; }

    [Params(64, 256, 1024)]
    public int Depth { get; set; }

    [Params(64, 512)]
    public int Columns { get; set; }

    [Params(1, 2)]
    public int Threads { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _workers = new WorkerPool(Threads);
        _rows = RandomTensors.Uniform(1, Rows, Depth);
        _output = Tensor.Zeros(new Shape(Rows, Columns));
        using var matrix = RandomTensors.Uniform(2, Depth, Columns);
        _matrix = PackedMatrix.Pack(matrix.Pointer, Depth, Columns);
    }

    [Benchmark]
    public void Multiply() =>
        MatrixProduct.Run(
            new MatrixRows(_rows.Pointer, Depth, Depth),
            Rows,
            _matrix,
            _output.Pointer,
            new Epilogue { Minimum = float.NegativeInfinity, Maximum = float.PositiveInfinity },
            _workers
        );

    [GlobalCleanup]
    public void Cleanup()
    {
        _matrix.Dispose();
        _rows.Dispose();
        _output.Dispose();
        _workers.Dispose();
    }
}
