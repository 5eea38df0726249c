using BenchmarkDotNet.Attributes;
using Graft.Tensors;
using Graft.Tensors.Kernels.Convolution;
using Graft.Tensors.Kernels.Pooling;

namespace Graft.Benchmarks.Kernels;

/// <summary>The poolings of ResNet-50 and VGG-16, bound by memory.</summary>
public unsafe class PoolingBenchmarks
{
    private WorkerPool _workers = null!;
    private Tensor _input = null!;
    private Tensor _output = null!;
    private ConvolutionGeometry _geometry;

    [Params(2, 3, 7)]
    public int Window { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _workers = new WorkerPool(1);
        var (size, channels) = Window == 7 ? (7, 2048) : (112, 64);
        _geometry = new ConvolutionGeometry
        {
            InputHeight = size,
            InputWidth = size,
            InputChannels = channels,
            OutputChannels = channels,
            KernelHeight = Window,
            KernelWidth = Window,
            StrideHeight = 2,
            StrideWidth = 2,
        };
        _input = RandomTensors.Uniform(1, 1, size, size, channels);
        _output = Tensor.Zeros(new Shape(_geometry.OutputPixels, channels));
    }

    [Benchmark]
    public void Maximum() =>
        PoolingKernel.Maximum(_geometry, 1, _input.Pointer, _output.Pointer, paddingIsZero: false, _workers);

    [Benchmark]
    public void Average() =>
        PoolingKernel.Average(_geometry, 1, _input.Pointer, _output.Pointer, countPadding: false, _workers);

    [GlobalCleanup]
    public void Cleanup()
    {
        _input.Dispose();
        _output.Dispose();
        _workers.Dispose();
    }
}
