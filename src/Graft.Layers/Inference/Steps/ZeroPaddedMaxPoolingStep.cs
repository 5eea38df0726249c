using Graft.Tensors;
using Graft.Tensors.Kernels.Convolution;
using Graft.Tensors.Kernels.Pooling;

namespace Graft.Layers.Inference.Steps;

/// <summary>
/// Maximum pooling of an image padded with zeros by the preceding layer; the padded image is never materialised.
/// </summary>
internal sealed unsafe class ZeroPaddedMaxPoolingStep(
    string description,
    ConvolutionGeometry geometry,
    int input,
    int output
) : PlanStep(description, [input], output)
{
    public override void Run(Tensor?[] values, WorkerPool workers)
    {
        var images = values[Inputs[0]]!;
        PoolingKernel.Maximum(
            geometry,
            images.Shape[0],
            images.Pointer,
            values[Output]!.Pointer,
            paddingIsZero: true,
            workers
        );
    }
}
