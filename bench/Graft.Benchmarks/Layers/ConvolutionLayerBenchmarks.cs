using BenchmarkDotNet.Attributes;
using Graft.Layers;
using Graft.Layers.Activations;
using Graft.Layers.Convolution;
using Graft.Layers.Inference;
using Graft.Layers.Networks;
using Graft.Layers.Normalization;
using Graft.Tensors;
using Graft.Training.Benchmarking;

namespace Graft.Benchmarks.Layers;

/// <summary>
/// Convolution, batch normalisation and rectifier as one step of a plan, at the shapes of ResNet-50 and VGG-16.
/// </summary>
public class ConvolutionLayerBenchmarks
{
    private WorkerPool _workers = null!;
    private InferencePlan _plan = null!;
    private PlanRunner _runner = null!;
    private Tensor _input = null!;

    public static IEnumerable<ConvolutionCase> Cases =>
        [
            new(224, 3, 64, 7, 2),
            new(56, 64, 64, 1, 1),
            new(56, 64, 64, 3, 1),
            new(28, 128, 128, 3, 1),
            new(14, 256, 256, 3, 1),
            new(14, 256, 1024, 1, 1),
            new(7, 512, 512, 3, 1),
            new(56, 256, 128, 1, 2),
            new(112, 128, 128, 3, 1),
        ];

    [ParamsSource(nameof(Cases))]
    public ConvolutionCase Case { get; set; } = null!;

    [Params(1, 16)]
    public int Batch { get; set; }

    [Params(1, 2)]
    public int Threads { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _workers = new WorkerPool(Threads);
        using var network = new Network(new Shape(Case.Size, Case.Size, Case.Inputs));
        network.Add(
            "conv",
            new Convolution2D(
                new()
                {
                    InputChannels = Case.Inputs,
                    OutputChannels = Case.Outputs,
                    KernelHeight = Case.Kernel,
                    KernelWidth = Case.Kernel,
                    Stride = Case.Stride,
                    Padding = Padding2D.Around(Case.Kernel / 2),
                }
            )
        );
        network.Add("bn", new BatchNormalization(Case.Outputs));
        network.Add("relu", new ReLU());
        RandomWeights.Fill(network, 1);
        _plan = InferencePlan.Compile(network);
        _runner = _plan.CreateRunner(Batch, _workers);
        _input = RandomWeights.Pixels(Batch, network.InputShape);
    }

    [Benchmark]
    public void Run() => _runner.Run(_input).Dispose();

    [GlobalCleanup]
    public void Cleanup()
    {
        _input.Dispose();
        _runner.Dispose();
        _plan.Dispose();
        _workers.Dispose();
    }
}

/// <summary>The sizes of a convolution.</summary>
/// <param name="Size">Height and width of the input.</param>
/// <param name="Inputs">Input channels.</param>
/// <param name="Outputs">Output channels.</param>
/// <param name="Kernel">Height and width of the kernel.</param>
/// <param name="Stride">The step in both directions.</param>
public sealed record ConvolutionCase(int Size, int Inputs, int Outputs, int Kernel, int Stride)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Kernel}x{Kernel}/{Stride} {Size}x{Size}x{Inputs}->{Outputs}";
}
