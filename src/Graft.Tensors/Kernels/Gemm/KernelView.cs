using System.Numerics;
using System.Runtime.CompilerServices;

namespace Graft.Tensors.Kernels.Gemm;

/// <summary>
/// A view of a kernel <c>[taps][inputs][outputs]</c> for packing: optionally transposed, flipped (taps in reverse
/// order) and scaled by channel, each value rounded once. Owns no memory.
/// </summary>
internal readonly unsafe struct KernelView
{
    /// <summary>
    /// The number of rows of a transposed block that are read before the next column, so that the written values stay
    /// in the first-level cache.
    /// </summary>
    private const int Block = 32;

    private readonly float* _values;
    private readonly float* _scale;
    private readonly nint _tapStride;
    private readonly nint _rowStride;

    /// <summary>Makes a view of a kernel in its order in memory.</summary>
    /// <param name="values">The first value.</param>
    /// <param name="taps">The number of taps; 1 for a matrix.</param>
    /// <param name="inputs">The number of input channels.</param>
    /// <param name="outputs">The number of output channels.</param>
    /// <param name="rowStride">
    /// The distance from one input channel to the next, in floats; <paramref name="outputs"/> when 0.
    /// </param>
    /// <param name="scale">A factor for each output channel; none when null.</param>
    public KernelView(float* values, int taps, int inputs, int outputs, int rowStride = 0, float* scale = null)
        : this(
            values,
            taps,
            inputs,
            outputs,
            rowStride == 0 ? outputs : rowStride,
            inputs * (nint)(rowStride == 0 ? outputs : rowStride),
            scale,
            isTransposed: false
        ) { }

    private KernelView(
        float* values,
        int taps,
        int inputs,
        int outputs,
        nint rowStride,
        nint tapStride,
        float* scale,
        bool isTransposed
    )
    {
        _values = values;
        _scale = scale;
        (Taps, Inputs, Outputs, IsTransposed) = (taps, inputs, outputs, isTransposed);
        (_rowStride, _tapStride) = (rowStride, tapStride);
    }

    /// <summary>The number of taps.</summary>
    public int Taps { get; }

    /// <summary>The number of input channels, as they are read.</summary>
    public int Inputs { get; }

    /// <summary>The number of output channels, as they are read.</summary>
    public int Outputs { get; }

    /// <summary>Whether the input channels of an output channel are contiguous in memory.</summary>
    public bool IsTransposed { get; }

    /// <summary>The kernel with inputs and outputs exchanged.</summary>
    public KernelView Transposed() =>
        new(_values, Taps, Outputs, Inputs, _rowStride, _tapStride, _scale, !IsTransposed);

    /// <summary>
    /// The kernel with its taps in reverse order. Transposed as well, it computes the gradient with respect to the
    /// input.
    /// </summary>
    public KernelView TurnedRound() =>
        new(_values + ((Taps - 1) * _tapStride), Taps, Inputs, Outputs, _rowStride, -_tapStride, _scale, IsTransposed);

    /// <summary>Some of the output channels of a kernel that is not transposed.</summary>
    public KernelView OfOutputs(int first, int count) =>
        new(
            _values + first,
            Taps,
            Inputs,
            count,
            _rowStride,
            _tapStride,
            _scale is null ? null : _scale + first,
            IsTransposed
        );

    /// <summary>Reads the whole kernel.</summary>
    /// <param name="shape">The shape of the result, <c>[taps][inputs][outputs]</c> with the taps in rows.</param>
    public Tensor ToTensor(Shape shape)
    {
        var tensor = Tensor.Uninitialized(shape);
        for (var tap = 0; tap < Taps; tap++)
            Read(tap, (0, Inputs), (0, Outputs), tensor.Pointer + ((nint)tap * Inputs * Outputs), Outputs);
        return tensor;
    }

    /// <summary>Reads some inputs and outputs of a tap.</summary>
    /// <param name="tap">The tap.</param>
    /// <param name="inputs">The first input channel and the number of input channels.</param>
    /// <param name="outputs">The first output channel and the number of output channels.</param>
    /// <param name="target">Receives <c>[inputs][width]</c>.</param>
    /// <param name="width">The length of a row of the target; zeros follow the output channels.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Read(int tap, (int First, int Count) inputs, (int First, int Count) outputs, float* target, int width)
    {
        var source = _values + (tap * _tapStride);
        if (IsTransposed)
            ReadTransposed(
                source + (outputs.First * _rowStride) + inputs.First,
                _scale is null ? null : _scale + inputs.First,
                inputs.Count,
                outputs.Count,
                target,
                width
            );
        else
            ReadRows(
                source + (inputs.First * _rowStride) + outputs.First,
                _scale is null ? null : _scale + outputs.First,
                inputs.Count,
                outputs.Count,
                target,
                width
            );
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ReadRows(float* source, float* scale, int inputs, int outputs, float* target, int width)
    {
        for (var input = 0; input < inputs; input++, source += _rowStride, target += width)
        {
            var output = 0;
            if (scale is null)
            {
                for (; output + Vector<float>.Count <= outputs; output += Vector<float>.Count)
                    Vector.Store(Vector.Load(source + output), target + output);
            }
            else
            {
                for (; output + Vector<float>.Count <= outputs; output += Vector<float>.Count)
                    Vector.Store(Vector.Load(source + output) * Vector.Load(scale + output), target + output);
            }

            for (; output < width; output++)
                target[output] =
                    output >= outputs ? 0
                    : scale is null ? source[output]
                    : source[output] * scale[output];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ReadTransposed(float* source, float* scale, int inputs, int outputs, float* target, int width)
    {
        for (var first = 0; first < inputs; first += Block)
        {
            var end = Math.Min(inputs, first + Block);
            for (var output = 0; output < width; output++)
            {
                var from = source + (output * _rowStride);
                var to = target + output;
                for (nint input = first; input < end; input++)
                    to[input * width] =
                        output >= outputs ? 0
                        : scale is null ? from[input]
                        : from[input] * scale[input];
            }
        }
    }
}
