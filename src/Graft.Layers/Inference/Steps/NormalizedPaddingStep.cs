using Graft.Layers.Normalization;
using Graft.Layers.Reshaping;
using Graft.Tensors;

namespace Graft.Layers.Inference.Steps;

/// <summary>
/// Preprocessing fused with zero padding: writes the results into padded images for the first convolution.
/// </summary>
/// <param name="description">A one-line description of the step.</param>
/// <param name="normalization">The preprocessing; not owned.</param>
/// <param name="padding">The zero padding; not owned.</param>
/// <param name="input">Pixels, <c>[h, w, 3]</c>.</param>
/// <param name="output">The value that the step writes.</param>
internal sealed unsafe class NormalizedPaddingStep(
    string description,
    ChannelNormalization normalization,
    ZeroPadding2D padding,
    int input,
    int output
) : PlanStep(description, [input], output)
{
    public override void Run(Tensor?[] values, WorkerPool workers)
    {
        var (source, target) = (values[Inputs[0]]!, values[Output]!);
        var (height, width) = (source.Shape[1], source.Shape[2]);
        var (paddedHeight, paddedWidth) = (target.Shape[1], target.Shape[2]);
        var sides = padding.Padding;
        workers.Run(target.Shape[0] * paddedHeight, (task, _) =>
        {
            var (image, paddedY) = Math.DivRem(task, paddedHeight);
            var y = paddedY - sides.Top;
            var row = new Span<float>(target.Pointer + ((nint)task * paddedWidth * 3), paddedWidth * 3);
            if ((uint)y >= (uint)height)
            {
                row.Clear();
                return;
            }

            row[..(sides.Left * 3)].Clear();
            row[((sides.Left + width) * 3)..].Clear();
            var pixels = source.Pointer + ((((nint)image * height) + y) * width * 3);
            fixed (float* inside = row[(sides.Left * 3)..])
                normalization.Kernel.Run(pixels, inside, width);
        });
    }
}
