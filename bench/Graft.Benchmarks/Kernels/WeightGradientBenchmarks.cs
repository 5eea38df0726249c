using BenchmarkDotNet.Attributes;
using Graft.Tensors;
using Graft.Tensors.Kernels.Convolution;
using Graft.Tensors.Kernels.Gradients;

namespace Graft.Benchmarks.Kernels;

/// <summary>The gradients by the weights of convolutions of ResNet-50's last stage, 16 images.</summary>
[MinColumn]
public unsafe class WeightGradientBenchmarks
{
    private const int Batch = 16;

    private WorkerPool _workers = null!;
    private ConvolutionGeometry _geometry;
    private Tensor _input = null!;
    private Tensor _gradient = null!;
    private Tensor _target = null!;

    [Params("512-3x3-512", "512-1x1-2048", "2048-1x1-512")]
    public string Convolution { get; set; } = "";

    [Params(1, 2)]
    public int Threads { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var parts = Convolution.Split('-');
        var (inputs, outputs, size) = (int.Parse(parts[0]), int.Parse(parts[2]), parts[1] == "3x3" ? 3 : 1);
        _workers = new WorkerPool(Threads);
        _geometry = new()
        {
            InputHeight = 7,
            InputWidth = 7,
            InputChannels = inputs,
            OutputChannels = outputs,
            KernelHeight = size,
            KernelWidth = size,
            PaddingTop = size / 2,
            PaddingBottom = size / 2,
            PaddingLeft = size / 2,
            PaddingRight = size / 2,
        };
        _input = RandomTensors.Uniform(1, Batch, 7, 7, inputs);
        _gradient = RandomTensors.Uniform(2, Batch, 7, 7, outputs);
        _target = Tensor.Zeros(new Shape(size, size, inputs, outputs));
    }

    [Benchmark]
    public void Add() =>
        WeightGradient.Add(
            _geometry,
            Batch,
            _input.Pointer,
            _geometry.InputChannels,
            _gradient.Pointer,
            _geometry.OutputChannels,
            _target.Pointer,
            _workers
        );

    [GlobalCleanup]
    public void Cleanup()
    {
        _workers.Dispose();
        _input.Dispose();
        _gradient.Dispose();
        _target.Dispose();
    }
}
