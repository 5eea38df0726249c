using Graft.Tensors;
using Graft.Tensors.Kernels.Convolution;
using Graft.Tensors.Kernels.Depthwise;
using Graft.Tensors.Kernels.Gemm;

namespace Graft.Layers.Inference.Steps;

/// <summary>
/// A depthwise convolution with the following operations fused: folded batch normalisation, bias, residual add, clamp.
/// </summary>
/// <param name="description">A one-line description of the step.</param>
/// <param name="geometry">The sizes of the operation.</param>
/// <param name="fused">The kernel and the fused operations; the step owns them.</param>
/// <param name="inputs">The value to convolve, and the residual if there is one.</param>
/// <param name="output">The value that the step writes.</param>
internal sealed unsafe class DepthwiseStep(
    string description,
    ConvolutionGeometry geometry,
    FusedWeights fused,
    IReadOnlyList<int> inputs,
    int output
) : PlanStep(description, inputs, output)
{
    public override long Operations => 2L * geometry.OutputPixels * geometry.OutputChannels * geometry.Taps;

    /// <summary>The sizes of the operation.</summary>
    public ConvolutionGeometry Geometry => geometry;

    /// <summary>The kernel, <c>[tap][channel]</c>; owned by the step.</summary>
    public Tensor Kernel => fused.Kernel;

    public override void Run(Tensor?[] values, WorkerPool workers)
    {
        var input = values[Inputs[0]]!;
        DepthwiseConvolution.Run(
            geometry,
            input.Shape[0],
            input.Pointer,
            fused.Kernel.Pointer,
            values[Output]!.Pointer,
            Epilogue(values),
            workers
        );
    }

    /// <summary>The operations applied to each result.</summary>
    /// <param name="values">The plan's values.</param>
    public Epilogue Epilogue(Tensor?[] values) =>
        new()
        {
            Bias = fused.Bias.Pointer,
            Residual = Inputs.Count > 1 ? values[Inputs[1]]!.Pointer : null,
            Minimum = fused.Minimum,
            Maximum = fused.Maximum,
        };

    public override void Dispose()
    {
        base.Dispose();
        fused.Dispose();
    }
}
