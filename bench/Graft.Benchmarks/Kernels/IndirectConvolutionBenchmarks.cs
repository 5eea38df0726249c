using BenchmarkDotNet.Attributes;
using Graft.Tensors;
using Graft.Tensors.Kernels.Convolution;
using Graft.Tensors.Kernels.Gemm;

namespace Graft.Benchmarks.Kernels;

/// <summary>3x3 convolutions through pointers to the pixels under each tap.</summary>
public unsafe class IndirectConvolutionBenchmarks
{
    private WorkerPool _workers = null!;
    private PackedMatrix _kernel = null!;
    private ConvolutionGeometry _geometry;
    private Tensor _input = null!;
    private Tensor _zeros = null!;
    private Tensor _output = null!;

    [Params(56, 14, 7)]
    public int Size { get; set; }

    [Params(64, 512)]
    public int Channels { get; set; }

    [Params(1, 2)]
    public int Stride { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _workers = new WorkerPool(1);
        _geometry = new ConvolutionGeometry
        {
            InputHeight = Size,
            InputWidth = Size,
            InputChannels = Channels,
            OutputChannels = Channels,
            KernelHeight = 3,
            KernelWidth = 3,
            StrideHeight = Stride,
            StrideWidth = Stride,
            PaddingTop = 1,
            PaddingLeft = 1,
            PaddingBottom = 1,
            PaddingRight = 1,
        };
        _input = RandomTensors.Uniform(1, 1, Size, Size, Channels);
        _zeros = Tensor.Zeros(new Shape(Channels));
        _output = Tensor.Zeros(new Shape(_geometry.OutputPixels, Channels));
        using var kernel = RandomTensors.Uniform(2, 9 * Channels, Channels);
        _kernel = PackedMatrix.Pack(kernel.Pointer, 9 * Channels, Channels);
    }

    [Benchmark]
    public void Convolve() =>
        MatrixProduct.Run(
            new IndirectRows(_geometry, _input.Pointer, _zeros.Pointer),
            _geometry.OutputPixels,
            _kernel,
            _output.Pointer,
            new Epilogue { Minimum = 0, Maximum = float.PositiveInfinity },
            _workers
        );

    [GlobalCleanup]
    public void Cleanup()
    {
        _kernel.Dispose();
        _input.Dispose();
        _zeros.Dispose();
        _output.Dispose();
        _workers.Dispose();
    }
}
