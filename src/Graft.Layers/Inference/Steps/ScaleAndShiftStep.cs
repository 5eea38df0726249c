using Graft.Tensors;
using Graft.Tensors.Kernels.Elementwise;

namespace Graft.Layers.Inference.Steps;

/// <summary>An affine map that does not follow a convolution: <c>x * s + t</c> for each channel.</summary>
internal sealed unsafe class ScaleAndShiftStep : PlanStep
{
    private readonly Tensor _affine;

    public ScaleAndShiftStep(string description, AffineLowering affine, int channels, int input, int output)
        : base(description, [input], output)
    {
        _affine = Tensor.Uninitialized(new Shape(2, channels));
        for (var c = 0; c < channels; c++)
        {
            var (scale, mean, shift) = affine.Channel(c);
            _affine.Span[c] = (float)scale;
            _affine.Span[channels + c] = (float)(shift - (mean * scale));
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
