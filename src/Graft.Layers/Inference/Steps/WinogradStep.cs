using Graft.Tensors;
using Graft.Tensors.Kernels.Convolution;
using Graft.Tensors.Kernels.Gemm;
using Graft.Tensors.Kernels.Winograd;

namespace Graft.Layers.Inference.Steps;

/// <summary>
/// A 3x3 convolution with stride 1 by Winograd's minimal filtering, with the following operations fused.
/// </summary>
internal sealed unsafe class WinogradStep : PlanStep
{
    private readonly ConvolutionGeometry _geometry;
    private readonly WinogradWeights _weights;
    private readonly WinogradConvolution _convolution;
    private readonly Tensor _bias;
    private readonly float _minimum;
    private readonly float _maximum;

    /// <summary>Transforms the weights.</summary>
    /// <param name="description">A one-line description of the step.</param>
    /// <param name="geometry">The sizes of the operation.</param>
    /// <param name="fused">The kernel and what is fused; the step owns them.</param>
    /// <param name="inputs">The value it convolves, and the residual where there is one.</param>
    /// <param name="output">The value it writes.</param>
    /// <param name="workers">The threads to transform on; only the calling thread when null.</param>
    public WinogradStep(
        string description,
        ConvolutionGeometry geometry,
        FusedWeights fused,
        IReadOnlyList<int> inputs,
        int output,
        WorkerPool? workers = null
    )
        : base(description, inputs, output)
    {
        _geometry = geometry;
        using (fused.Kernel)
            _weights = WinogradWeights.Transform(
                fused.View(geometry),
                WinogradPoints.For(geometry.OutputHeight, geometry.OutputWidth),
                workers: workers
            );
        _convolution = new WinogradConvolution(geometry, _weights);
        (_bias, _minimum, _maximum) = (fused.Bias, fused.Minimum, fused.Maximum);
    }

    /// <summary>Counted as a direct convolution, so that algorithms can be compared.</summary>
    public override long Operations =>
        2L * _geometry.OutputPixels * _geometry.OutputChannels * _geometry.Taps * _geometry.InputChannels;

    public override void Run(Tensor?[] values, WorkerPool workers)
    {
        var result = values[Output]!;
        var epilogue = new Epilogue
        {
            Bias = _bias.Pointer,
            Residual = Inputs.Count > 1 ? values[Inputs[1]]!.Pointer : null,
            Minimum = _minimum,
            Maximum = _maximum,
        };
        _convolution.Run(result.Shape[0], values[Inputs[0]]!.Pointer, result.Pointer, epilogue, workers);
    }

    public override void Dispose()
    {
        base.Dispose();
        _convolution.Dispose();
        _weights.Dispose();
        _bias.Dispose();
    }
}
