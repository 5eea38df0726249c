using BenchmarkDotNet.Attributes;
using Graft.Tensors;
using Graft.Tensors.Kernels.Gemm;
using Graft.Tensors.Kernels.Winograd;

namespace Graft.Benchmarks.Kernels;

/// <summary>
/// Transforming the kernels of ResNet-50's 3x3 convolutions, which a plan does once and a training step anew; bound by
/// memory.
/// </summary>
public unsafe class WinogradWeightsBenchmarks
{
    private WorkerPool _workers = null!;
    private Tensor _kernel = null!;

    [Params(64, 128, 256, 512)]
    public int Channels { get; set; }

    [Params(1, 2)]
    public int Threads { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _workers = new WorkerPool(Threads);
        _kernel = RandomTensors.Uniform(1, 3, 3, Channels, Channels);
    }

    [Benchmark]
    public void Transform()
    {
        using var weights = WinogradWeights.Transform(
            new KernelView(_kernel.Pointer, 9, Channels, Channels),
            WinogradPoints.For(56, 56),
            workers: _workers
        );
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _workers.Dispose();
        _kernel.Dispose();
    }
}
