using Graft.Layers.Normalization;
using Graft.Tensors;
using Graft.Tensors.Kernels.Elementwise;

namespace Graft.Layers.Inference.Steps;

/// <summary>A batch normalisation that does not follow a convolution: <c>x * s + t</c> for each channel.</summary>
internal sealed unsafe class ScaleAndShiftStep : PlanStep
{
    private readonly Tensor _affine;

    public ScaleAndShiftStep(string description, BatchNormalization normalization, int input, int output)
        : base(description, [input], output)
    {
        var channels = normalization.Channels;
        _affine = Tensor.Uninitialized(new Shape(2, channels));
        for (var c = 0; c < channels; c++)
        {
            var scale =
                normalization.Weight.Value.Span[c]
                / Math.Sqrt((double)normalization.RunningVariance.Value.Span[c] + normalization.Epsilon);
            _affine.Span[c] = (float)scale;
            _affine.Span[channels + c] = (float)(
                normalization.Bias.Value.Span[c] - (normalization.RunningMean.Value.Span[c] * scale)
            );
        }
    }

    public override void Run(Tensor?[] values, WorkerPool workers)
    {
        var input = values[Inputs[0]]!;
        var channels = _affine.Shape[1];
        ElementwiseKernel.ScaleAndShift(
            input.Pointer,
            _affine.Pointer,
            _affine.Pointer + channels,
            values[Output]!.Pointer,
            input.Length / channels,
            channels,
            workers
        );
    }

    public override void Dispose()
    {
        base.Dispose();
        _affine.Dispose();
    }
}
