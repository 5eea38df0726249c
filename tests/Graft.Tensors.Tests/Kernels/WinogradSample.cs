using Graft.Layers;
using Graft.Tensors.Kernels.Convolution;
using Graft.Tensors.Kernels.Gemm;
using Graft.Tensors.Kernels.Winograd;
using Graft.Testing;
using Graft.Testing.Oracles;

namespace Graft.Tensors.Tests.Kernels;

/// <summary>A 3x3 convolution of random images with random weights, bias and residual.</summary>
internal sealed unsafe class WinogradSample : IDisposable
{
    public WinogradSample(int batch, int height, int width, int inputChannels, int outputChannels, Padding2D padding)
    {
        Batch = batch;
        Padding = padding;
        Geometry = new ConvolutionGeometry
        {
            InputHeight = height,
            InputWidth = width,
            InputChannels = inputChannels,
            OutputChannels = outputChannels,
            KernelHeight = 3,
            KernelWidth = 3,
            PaddingTop = padding.Top,
            PaddingLeft = padding.Left,
            PaddingBottom = padding.Bottom,
            PaddingRight = padding.Right,
        };
        var random = new DeterministicRandom((ulong)((height * 100) + width));
        Input = RandomTensors.Uniform(new Shape(batch, height, width, inputChannels), random);
        Weight = RandomTensors.Uniform(new Shape(3, 3, inputChannels, outputChannels), random);
        Residual = RandomTensors.Uniform(OutputShape, random);
        Bias = Tensor.Zeros(new Shape(outputChannels + 64));
        RandomTensors.FillUniform(Bias.Span[..outputChannels], random);
    }

    public int Batch { get; }

    public Padding2D Padding { get; }

    public ConvolutionGeometry Geometry { get; }

    public Tensor Input { get; }

    public Tensor Weight { get; }

    public Tensor Bias { get; }

    public Tensor Residual { get; }

    public Shape OutputShape =>
        new(Batch, Math.Max(0, Geometry.OutputHeight), Math.Max(0, Geometry.OutputWidth), Geometry.OutputChannels);

    /// <summary>What the convolution should give: with everything fused a sum of three terms, rectified.</summary>
    public DoubleTensor Expected(bool fused)
    {
        var window = new Window(3, 3) { Padding = Padding };
        var expected = ConvolutionOracle.Apply(DoubleTensor.From(Input), DoubleTensor.From(Weight), null, window);
        for (var i = 0; fused && i < expected.Values.Length; i++)
            expected.Values[i] = Math.Max(
                0,
                expected.Values[i] + Bias.Span[i % Geometry.OutputChannels] + Residual.Span[i]
            );
        return expected;
    }

    /// <summary>Runs the convolution; the caller owns the result.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="fused">Whether bias, residual and rectifier are applied.</param>
    /// <param name="threads">How many threads.</param>
    /// <param name="blocking">How it is cut into blocks.</param>
    /// <param name="images">The first image and how many; all when null.</param>
    /// <param name="isWhole">Whether the weights of all points are kept.</param>
    public Tensor Run(
        TileKernel kernel,
        bool fused = false,
        int threads = 2,
        WinogradBlocking? blocking = null,
        (int First, int Count)? images = null,
        bool isWhole = true
    )
    {
        var (first, count) = images ?? (0, Batch);
        using var weights = WinogradWeights.Transform(
            new KernelView(Weight.Pointer, Geometry.Taps, Geometry.InputChannels, Geometry.OutputChannels),
            WinogradPoints.For(Math.Max(1, Geometry.OutputHeight), Math.Max(1, Geometry.OutputWidth)),
            kernel,
            isWhole: isWhole
        );
        using var convolution = new WinogradConvolution(Geometry, weights);
        using var workers = new WorkerPool(threads);
        var output = Tensor.Uninitialized(new Shape(count, OutputShape[1], OutputShape[2], OutputShape[3]));
        output.Span.Fill(float.NaN);
        var epilogue = Epilogue.None;
        if (fused)
            epilogue = new Epilogue
            {
                Bias = Bias.Pointer,
                Residual = Residual.Pointer + (first * (Residual.Length / Math.Max(1, Batch))),
                Minimum = 0,
                Maximum = float.PositiveInfinity,
            };
        convolution.Run(
            count,
            Input.Pointer + (first * (Input.Length / Math.Max(1, Batch))),
            output.Pointer,
            epilogue,
            workers,
            blocking
        );
        return output;
    }

    public void Dispose()
    {
        Input.Dispose();
        Weight.Dispose();
        Bias.Dispose();
        Residual.Dispose();
    }
}
