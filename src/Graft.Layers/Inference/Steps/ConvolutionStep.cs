using Graft.Tensors;
using Graft.Tensors.Kernels.Convolution;
using Graft.Tensors.Kernels.Gemm;

namespace Graft.Layers.Inference.Steps;

/// <summary>
/// A convolution or dense layer with everything that follows it fused: folded batch normalisation, bias, residual add, clamp.
/// </summary>
/// <param name="description">What it does.</param>
/// <param name="geometry">The sizes; a dense layer is a 1x1 convolution of one pixel.</param>
/// <param name="fused">The packed kernel and what is fused; the step owns them.</param>
/// <param name="inputs">The value it convolves, and the residual where there is one.</param>
/// <param name="output">The value it writes.</param>
internal sealed unsafe class ConvolutionStep(string description, ConvolutionGeometry geometry, FusedWeights fused, IReadOnlyList<int> inputs, int output)
    : PlanStep(description, inputs, output)
{
    private readonly ConvolutionAlgorithm _algorithm = ConvolutionAlgorithms.Choose(geometry);
    private readonly Tensor _zeros = Tensor.Zeros(new Shape(geometry.InputChannels));

    public override long Operations => 2L * geometry.OutputPixels * geometry.OutputChannels * geometry.Taps * geometry.InputChannels;

    public override void Run(Tensor?[] values, WorkerPool workers)
    {
        var input = values[Inputs[0]]!;
        var result = values[Output]!;
        var epilogue = new Epilogue
        {
            Bias = fused.Bias.Pointer,
            Residual = Inputs.Count > 1 ? values[Inputs[1]]!.Pointer : null,
            Minimum = fused.Minimum,
            Maximum = fused.Maximum,
        };
        RowSource rows = _algorithm switch
        {
            ConvolutionAlgorithm.Pointwise => new MatrixRows(input.Pointer, geometry.InputChannels, geometry.InputChannels),
            ConvolutionAlgorithm.KernelRows => new KernelRowRows(geometry, input.Pointer),
            _ => new IndirectRows(geometry, input.Pointer, _zeros.Pointer),
        };
        MatrixProduct.Run(rows, result.Shape[0] * geometry.OutputPixels, fused.Kernel, result.Pointer, epilogue, workers);
    }

    public override void Dispose()
    {
        base.Dispose();
        fused.Dispose();
        _zeros.Dispose();
    }
}
