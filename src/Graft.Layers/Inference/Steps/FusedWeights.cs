using System.Numerics;
using System.Runtime.CompilerServices;
using Graft.Tensors;
using Graft.Tensors.Kernels.Convolution;
using Graft.Tensors.Kernels.Gemm;

namespace Graft.Layers.Inference.Steps;

/// <summary>A kernel with everything that is folded into it, and the bias and clamp applied to its results.</summary>
internal sealed class FusedWeights : IDisposable
{
    /// <summary>The number of values that a task folds.</summary>
    private const int TaskLength = 1 << 15;

    private readonly Tensor? _scale;
    private readonly bool _carriesBack;

    private FusedWeights(
        Tensor kernel,
        Tensor bias,
        float minimum,
        float maximum,
        Tensor? scale = null,
        bool carriesBack = false
    )
    {
        (_scale, _carriesBack) = (scale, carriesBack);
        Kernel = kernel;
        Bias = bias;
        Minimum = minimum;
        Maximum = maximum;
    }

    /// <summary>
    /// The kernel, shaped like the layer's, output channels last. <see cref="View"/> applies the scale and the
    /// transposition.
    /// </summary>
    public Tensor Kernel { get; }

    /// <summary>The bias, padded with zeros to whole panels.</summary>
    public Tensor Bias { get; }

    /// <summary>The smallest result.</summary>
    public float Minimum { get; }

    /// <summary>The largest result.</summary>
    public float Maximum { get; }

    /// <summary>
    /// Folds an affine map of each channel into a kernel, in double precision: the kernel becomes <c>w * scale</c> and
    /// the bias <c>(b - mean) * scale + shift</c>.
    /// </summary>
    /// <param name="weight">The kernel, output channels last.</param>
    /// <param name="bias">The bias, or null.</param>
    /// <param name="affine">The affine map after it, or null.</param>
    /// <param name="minimum">The smallest result.</param>
    /// <param name="maximum">The largest result.</param>
    /// <param name="workers">The worker threads.</param>
    public static FusedWeights Fold(
        Tensor weight,
        Tensor? bias,
        AffineLowering? affine,
        float minimum,
        float maximum,
        WorkerPool workers
    )
    {
        var outputs = weight.Shape[^1];
        var shift = PaddedBias(outputs);
        bias?.Span.CopyTo(shift.Span);
        if (affine is null)
            return new FusedWeights(weight.Clone(), shift, minimum, maximum);

        var scales = new double[outputs];
        for (var i = 0; i < outputs; i++)
        {
            (scales[i], var mean, var addend) = affine.Channel(i);
            shift.Span[i] = (float)((((double)shift.Span[i] - mean) * scales[i]) + addend);
        }

        var folded = Tensor.Uninitialized(weight.Shape);
        var depth = weight.Length / outputs;
        var rowsInTask = Math.Max(1, TaskLength / outputs);
        workers.Run((depth + rowsInTask - 1) / rowsInTask, (task, _) =>
        {
            for (var row = task * rowsInTask; row < Math.Min(depth, (task + 1) * rowsInTask); row++)
                Scale(weight.Span.Slice(row * outputs, outputs), scales, folded.Span.Slice(row * outputs, outputs));
        });
        return new FusedWeights(folded, shift, minimum, maximum);
    }

    /// <summary>Uses a kernel unchanged, or with its output channels multiplied by a scale.</summary>
    /// <param name="kernel">The kernel, output channels last; owned from now on.</param>
    /// <param name="bias">The bias, or none.</param>
    /// <param name="minimum">The smallest result.</param>
    /// <param name="maximum">The largest result.</param>
    /// <param name="scale">A factor for each output channel, or null; must live until the kernel is packed.</param>
    public static FusedWeights Create(
        Tensor kernel,
        ReadOnlySpan<float> bias,
        float minimum = float.NegativeInfinity,
        float maximum = float.PositiveInfinity,
        Tensor? scale = null
    )
    {
        var shift = PaddedBias(kernel.Shape[^1]);
        bias.CopyTo(shift.Span);
        return new FusedWeights(kernel, shift, minimum, maximum, scale);
    }

    /// <summary>
    /// Turns a convolution's kernel into the kernel of the gradient with respect to the input: transposed and flipped.
    /// </summary>
    /// <param name="kernel">The kernel; owned from now on.</param>
    /// <param name="scale">
    /// A factor for each of its output channels, or null; must live until the kernel is packed.
    /// </param>
    public static FusedWeights CarryingBack(Tensor kernel, Tensor? scale) =>
        new(
            kernel,
            PaddedBias(kernel.Shape[^2]),
            float.NegativeInfinity,
            float.PositiveInfinity,
            scale,
            carriesBack: true
        );

    /// <summary>The kernel in the form that is packed.</summary>
    /// <param name="geometry">The sizes of the convolution that uses it; without groups.</param>
    public unsafe KernelView View(ConvolutionGeometry geometry)
    {
        var (inputs, outputs) = _carriesBack
            ? (geometry.OutputChannels, geometry.InputChannels)
            : (geometry.InputChannels, geometry.OutputChannels);
        var view = new KernelView(
            Kernel.Pointer,
            geometry.Taps,
            inputs,
            outputs,
            scale: _scale is null ? null : _scale.Pointer
        );
        return _carriesBack ? view.TurnedRound().Transposed() : view;
    }

    public void Dispose()
    {
        Kernel.Dispose();
        Bias.Dispose();
    }

    /// <summary><c>target = (float)(values * scales)</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Scale(ReadOnlySpan<float> values, ReadOnlySpan<double> scales, Span<float> target)
    {
        var i = 0;
        for (; i + Vector<float>.Count <= values.Length; i += Vector<float>.Count)
        {
            Vector.Widen(new Vector<float>(values[i..]), out var low, out var high);
            low *= new Vector<double>(scales[i..]);
            high *= new Vector<double>(scales[(i + Vector<double>.Count)..]);
            Vector.Narrow(low, high).CopyTo(target[i..]);
        }

        for (; i < values.Length; i++)
            target[i] = (float)(values[i] * scales[i]);
    }

    /// <summary>Zeros for all outputs, padded to whole panels.</summary>
    private static Tensor PaddedBias(int outputs)
    {
        var panelColumns = TileKernel.Best.Columns;
        return Tensor.Zeros(new Shape((outputs + panelColumns - 1) / panelColumns * panelColumns));
    }
}
