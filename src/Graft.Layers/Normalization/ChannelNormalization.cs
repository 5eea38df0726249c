using Graft.Tensors;
using Graft.Tensors.Kernels.Elementwise;

namespace Graft.Layers.Normalization;

/// <summary>
/// Preprocessing inside the network. Reorders the RGB channels to the order that the weights were trained with, then
/// computes <c>y[c] = (x[order(c)] * scale - mean[c]) / deviation[c]</c>.
/// </summary>
/// <remarks>
/// Input <c>[b, h, w, 3]</c> in RGB, 0 to 255; output of the same shape in the network's order. It is not folded into
/// the next convolution's bias, because that convolution pads its input with zeros after the normalisation.
/// </remarks>
public sealed class ChannelNormalization : Layer
{
    /// <summary>Makes the layer.</summary>
    /// <param name="reverse">Whether RGB becomes BGR.</param>
    /// <param name="scale">The factor applied to each value first.</param>
    /// <param name="mean">The mean subtracted from each output channel.</param>
    /// <param name="deviation">
    /// The standard deviation of each output channel, by which the difference is divided.
    /// </param>
    public ChannelNormalization(bool reverse, float scale, IReadOnlyList<float> mean, IReadOnlyList<float> deviation)
    {
        ArgumentNullException.ThrowIfNull(mean);
        ArgumentNullException.ThrowIfNull(deviation);
        if (mean.Count != 3 || deviation.Count != 3)
            throw new ArgumentException(
                $"ChannelNormalization: expected 3 means and 3 standard deviations, got {mean.Count} and "
                    + $"{deviation.Count}.",
                nameof(mean)
            );
        Reverse = reverse;
        Scale = scale;
        Mean = [.. mean];
        Deviation = [.. deviation];
        Kernel = new ChannelNormalizationKernel(reverse, scale, Mean, Deviation);
    }

    /// <summary>Whether RGB becomes BGR.</summary>
    public bool Reverse { get; }

    /// <summary>The factor applied to each value first.</summary>
    public float Scale { get; }

    /// <summary>The mean subtracted from each output channel.</summary>
    public IReadOnlyList<float> Mean { get; }

    /// <summary>The standard deviation of each output channel, by which the difference is divided.</summary>
    public IReadOnlyList<float> Deviation { get; }

    internal ChannelNormalizationKernel Kernel { get; }

    /// <inheritdoc/>
    public override string Configuration =>
        FormattableString.Invariant(
            $"reverse {Reverse}, scale {Scale:R}, mean {Text(Mean)}, deviation {Text(Deviation)}"
        );

    private static string Text(IReadOnlyList<float> values) => string.Join(' ', values);

    /// <inheritdoc/>
    public override BackwardReads BackwardReads => BackwardReads.Nothing;

    /// <inheritdoc/>
    public override Shape OutputShape(IReadOnlyList<Shape> inputs) =>
        inputs[0].Rank == 4 && inputs[0][3] == 3 ? inputs[0] : throw Unsuitable(inputs[0], "[batch, height, width, 3]");

    /// <inheritdoc/>
    public override unsafe void Forward(LayerPass pass)
    {
        var shape = pass.Input.Shape;
        var rowLength = (nint)shape[2] * 3;
        pass.Workers.Run(shape[0] * shape[1], (row, _) =>
            Kernel.Run(pass.Input.Pointer + (row * rowLength), pass.Output.Pointer + (row * rowLength), shape[2])
        );
    }

    /// <summary><c>dx[order(c)] = dy[c] * scale / deviation[c]</c>.</summary>
    /// <inheritdoc/>
    public override void Backward(LayerPass pass)
    {
        if (pass.InputGradients[0] is not { } inputGradient)
            return;
        var gradient = pass.RequireOutputGradient().Span;
        for (var i = 0; i < gradient.Length; i++)
        {
            var channel = i % 3;
            var source = Reverse ? i - channel + (2 - channel) : i;
            inputGradient.Span[source] += gradient[i] * Scale / Deviation[channel];
        }
    }
}
