using Graft.Tensors;
using Graft.Tensors.Kernels.InvertedResidual;

namespace Graft.Layers.Inference.Steps;

/// <summary>
/// Three convolutions in one pass; the middle one is depthwise. The results equal those of three separate steps bit for
/// bit; the intermediate values are not stored.
/// </summary>
/// <param name="expand">The first convolution; owned by this step.</param>
/// <param name="depthwise">The depthwise convolution; owned by this step.</param>
/// <param name="project">The last, pointwise convolution, and the residual if there is one; owned by this step.</param>
internal sealed unsafe class InvertedResidualStep(
    ConvolutionStep expand,
    DepthwiseStep depthwise,
    ConvolutionStep project
)
    : PlanStep(
        $"{expand.Description} > {depthwise.Description} > {project.Description}",
        [expand.Inputs[0], .. project.Inputs.Skip(1)],
        project.Output
    )
{
    public override long Operations => expand.Operations + depthwise.Operations + project.Operations;

    public override long WeightCount(long outputPixels) =>
        expand.WeightCount(expand.Geometry.OutputPixels)
        + depthwise.WeightCount(outputPixels)
        + project.WeightCount(outputPixels);

    public override void Run(Tensor?[] values, WorkerPool workers)
    {
        var output = values[Output]!;
        var operands = new InvertedResidualOperands
        {
            Batch = output.Shape[0],
            ExpandRows = expand.Rows(values),
            Expand = expand.Kernel,
            ExpandEpilogue = expand.Epilogue(values),
            Depthwise = depthwise.Geometry,
            DepthwiseWeights = depthwise.Kernel.Pointer,
            DepthwiseEpilogue = depthwise.Epilogue(values),
            Project = project.Kernel,
            ProjectEpilogue = project.Epilogue(values),
            Output = output.Pointer,
        };
        InvertedResidualConvolution.Run(operands, workers);
    }

    public override void Dispose()
    {
        base.Dispose();
        expand.Dispose();
        depthwise.Dispose();
        project.Dispose();
    }
}
