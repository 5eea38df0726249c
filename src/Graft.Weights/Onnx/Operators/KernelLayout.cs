using Graft.Tensors;

namespace Graft.Weights.Onnx.Operators;

/// <summary>
/// Kernels of convolutions between Graft's order <c>[height, width, inputs, outputs]</c> and ONNX's
/// <c>[outputs, inputs, height, width]</c>, with the inputs of one group.
/// </summary>
internal static class KernelLayout
{
    /// <summary>Inputs that are moved at a time, so that both sides stay in the cache.</summary>
    private const int Block = 16;

    /// <summary>Makes a kernel in ONNX's order, which the caller disposes.</summary>
    public static Tensor ToChannelsFirst(Tensor kernel)
    {
        var shape = kernel.Shape;
        var (taps, inputs, outputs) = (shape[0] * shape[1], shape[2], shape[3]);
        var result = Tensor.Uninitialized(new Shape(outputs, inputs, shape[0], shape[1]));
        var from = kernel.Span;
        var to = result.Span;
        for (var start = 0; start < inputs; start += Block)
        {
            var end = Math.Min(start + Block, inputs);
            for (var output = 0; output < outputs; output++)
            {
                for (var input = start; input < end; input++)
                {
                    for (var tap = 0; tap < taps; tap++)
                        to[(((output * inputs) + input) * taps) + tap] = from[(((tap * inputs) + input) * outputs) + output];
                }
            }
        }

        return result;
    }

    /// <summary>Fills a kernel in Graft's order.</summary>
    public static void FromChannelsFirst(Tensor kernel, Tensor target)
    {
        var shape = target.Shape;
        var (taps, inputs, outputs) = (shape[0] * shape[1], shape[2], shape[3]);
        var from = kernel.Span;
        var to = target.Span;
        for (var start = 0; start < inputs; start += Block)
        {
            var end = Math.Min(start + Block, inputs);
            for (var output = 0; output < outputs; output++)
            {
                for (var input = start; input < end; input++)
                {
                    for (var tap = 0; tap < taps; tap++)
                        to[(((tap * inputs) + input) * outputs) + output] = from[(((output * inputs) + input) * taps) + tap];
                }
            }
        }
    }
}
