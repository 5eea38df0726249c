using System.Runtime.CompilerServices;
using Graft.Tensors;

namespace Graft.Weights;

/// <summary>
/// Converts convolution kernels between Graft's layout, <c>[height, width, inputs, outputs]</c>, and that of PyTorch
/// and ONNX, <c>[outputs, inputs, height, width]</c>. <c>inputs</c> is the number of input channels of one group.
/// </summary>
public static class KernelLayout
{
    // Input channels that ToChannelsFirst moves at a time, so that source and destination both stay in the cache.
    private const int Block = 16;

    // Output channels that FromChannelsFirst moves at a time: one cache line.
    private const int OutputBlock = 16;

    // Values of one block of FromChannelsFirst; it fits in the first-level cache.
    private const int BufferLength = 4096;

    /// <summary>Creates a copy of a kernel in the layout of PyTorch and ONNX.</summary>
    /// <param name="kernel"><c>[height, width, inputs, outputs]</c>.</param>
    /// <returns><c>[outputs, inputs, height, width]</c>, which the caller disposes.</returns>
    public static Tensor ToChannelsFirst(Tensor kernel)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        var shape = kernel.Shape;
        var result = Tensor.Uninitialized(new Shape(shape[3], shape[2], shape[0], shape[1]));
        ToChannelsFirst(kernel.Span, result.Span, shape[0] * shape[1], shape[2], shape[3]);
        return result;
    }

    /// <summary>Fills a kernel in Graft's layout.</summary>
    /// <param name="kernel">The source, <c>[outputs, inputs, height, width]</c>.</param>
    /// <param name="target">The destination, <c>[height, width, inputs, outputs]</c>.</param>
    public static void FromChannelsFirst(Tensor kernel, Tensor target)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        ArgumentNullException.ThrowIfNull(target);
        var shape = target.Shape;
        FromChannelsFirst(kernel.Span, target.Span, shape[0] * shape[1], shape[2], shape[3]);
    }

    /// <summary>
    /// Converts <c>[taps, inputs, outputs]</c> to <c>[outputs, inputs, taps]</c>. A matrix is a kernel with one tap.
    /// </summary>
    /// <param name="from">The source, <c>taps * inputs * outputs</c> values.</param>
    /// <param name="to">The destination, of the same length.</param>
    /// <param name="taps">Kernel height times kernel width.</param>
    /// <param name="inputs">The number of input channels of one group.</param>
    /// <param name="outputs">The number of output channels.</param>
    /// <exception cref="ArgumentException">A span has another length.</exception>
    public static void ToChannelsFirst(ReadOnlySpan<float> from, Span<float> to, int taps, int inputs, int outputs)
    {
        RequireLengths(from.Length, to.Length, taps, inputs, outputs);
        for (var start = 0; start < inputs; start += Block)
        {
            var end = Math.Min(start + Block, inputs);
            for (var output = 0; output < outputs; output++)
            {
                for (var input = start; input < end; input++)
                {
                    for (var tap = 0; tap < taps; tap++)
                        to[(((output * inputs) + input) * taps) + tap] = from[
                            (((tap * inputs) + input) * outputs) + output
                        ];
                }
            }
        }
    }

    /// <summary>
    /// Converts <c>[outputs, inputs, taps]</c> to <c>[taps, inputs, outputs]</c>. A matrix is a kernel with one tap.
    /// </summary>
    /// <inheritdoc cref="ToChannelsFirst(ReadOnlySpan{float}, Span{float}, int, int, int)" path="/param"/>
    /// <exception cref="ArgumentException">A span has another length.</exception>
    public static void FromChannelsFirst(ReadOnlySpan<float> from, Span<float> to, int taps, int inputs, int outputs)
    {
        RequireLengths(from.Length, to.Length, taps, inputs, outputs);
        var tapBlock = Math.Min(taps, BufferLength / OutputBlock);
        var inputBlock = BufferLength / OutputBlock / Math.Max(1, tapBlock);
        for (var output = 0; output < outputs; output += OutputBlock)
        {
            for (var input = 0; input < inputs; input += inputBlock)
            {
                for (var tap = 0; tap < taps; tap += tapBlock)
                    MoveBlock(
                        from,
                        to,
                        (taps, inputs, outputs),
                        (tap, input, output),
                        (
                            Math.Min(tapBlock, taps - tap),
                            Math.Min(inputBlock, inputs - input),
                            Math.Min(OutputBlock, outputs - output)
                        )
                    );
            }
        }
    }

    // The rows of outputs are often a power of two apart, so they compete for the same cache sets. Each cache line is
    // therefore assembled in a buffer and then written as a whole.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MoveBlock(
        ReadOnlySpan<float> from,
        Span<float> to,
        (int Taps, int Inputs, int Outputs) size,
        (int Tap, int Input, int Output) first,
        (int Taps, int Inputs, int Outputs) count
    )
    {
        Span<float> lines = stackalloc float[BufferLength];
        for (var output = 0; output < count.Outputs; output++)
        {
            for (var input = 0; input < count.Inputs; input++)
            {
                var values = from.Slice(
                    ((((first.Output + output) * size.Inputs) + first.Input + input) * size.Taps) + first.Tap,
                    count.Taps
                );
                for (var tap = 0; tap < values.Length; tap++)
                    lines[(((tap * count.Inputs) + input) * OutputBlock) + output] = values[tap];
            }
        }

        for (var tap = 0; tap < count.Taps; tap++)
        {
            for (var input = 0; input < count.Inputs; input++)
            {
                lines
                    .Slice(((tap * count.Inputs) + input) * OutputBlock, count.Outputs)
                    .CopyTo(
                        to[
                            (
                                ((((first.Tap + tap) * size.Inputs) + first.Input + input) * size.Outputs)
                                + first.Output
                            )..
                        ]
                    );
            }
        }
    }

    private static void RequireLengths(int from, int to, int taps, int inputs, int outputs)
    {
        if ((long)taps * inputs * outputs != from || from != to)
            throw new ArgumentException(
                $"Reordering a kernel of {taps} taps, {inputs} inputs and {outputs} outputs: expected "
                    + $"{(long)taps * inputs * outputs} values on both sides, got {from} and {to}."
            );
    }
}
