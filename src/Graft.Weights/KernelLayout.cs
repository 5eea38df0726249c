using System.Runtime.CompilerServices;
using Graft.Tensors;

namespace Graft.Weights;

/// <summary>
/// Kernels of convolutions between Graft's order <c>[height, width, inputs, outputs]</c> and the one of PyTorch and
/// ONNX, <c>[outputs, inputs, height, width]</c>, with the inputs of one group.
/// </summary>
public static class KernelLayout
{
    /// <summary>Inputs that are moved at a time towards other programs, so that both sides stay in the cache.</summary>
    private const int Block = 16;

    /// <summary>Outputs that are moved at a time: a cache line.</summary>
    private const int OutputBlock = 16;

    /// <summary>Values of a block, in the first-level cache.</summary>
    private const int BufferLength = 4096;

    /// <summary>Makes a kernel in the other order.</summary>
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

    /// <summary>Fills a kernel in Graft's order.</summary>
    /// <param name="kernel"><c>[outputs, inputs, height, width]</c>.</param>
    /// <param name="target"><c>[height, width, inputs, outputs]</c>.</param>
    public static void FromChannelsFirst(Tensor kernel, Tensor target)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        ArgumentNullException.ThrowIfNull(target);
        var shape = target.Shape;
        FromChannelsFirst(kernel.Span, target.Span, shape[0] * shape[1], shape[2], shape[3]);
    }

    /// <summary>
    /// From <c>[taps, inputs, outputs]</c> to <c>[outputs, inputs, taps]</c>; a matrix is a kernel of one tap.
    /// </summary>
    /// <param name="from">The values.</param>
    /// <param name="to">Gets as many.</param>
    /// <param name="taps">Height times width.</param>
    /// <param name="inputs">Input channels of a group.</param>
    /// <param name="outputs">Output channels.</param>
    /// <exception cref="ArgumentException">There are more or fewer values.</exception>
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
    /// From <c>[outputs, inputs, taps]</c> to <c>[taps, inputs, outputs]</c>; a matrix is a kernel of one tap.
    /// </summary>
    /// <inheritdoc cref="ToChannelsFirst(ReadOnlySpan{float}, Span{float}, int, int, int)" path="/param"/>
    /// <exception cref="ArgumentException">There are more or fewer values.</exception>
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

    /// <summary>
    /// Rows of outputs often lie a power of two apart, where caches hold few of them; so lines are put together first
    /// and written whole.
    /// </summary>
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
