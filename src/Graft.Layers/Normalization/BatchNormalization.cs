using Graft.Tensors;
using Graft.Tensors.Kernels.Elementwise;

namespace Graft.Layers.Normalization;

/// <summary>
/// Batch normalisation of each channel (the last dimension):
/// <c>y = (x - mean) / sqrt(variance + epsilon) * weight + bias</c>, with the batch's own mean and biased variance while
/// training, and the running statistics otherwise. Ioffe and Szegedy, "Batch Normalization" (2015), algorithms 1 and 2.
/// </summary>
/// <remarks>
/// Input and output <c>[..., channels]</c>. The running statistics are
/// <c>momentum * old + (1 - momentum) * batch</c>, with the unbiased variance, as PyTorch keeps it (whose momentum is one
/// minus this). A layer none of whose parameters is trainable is frozen: it uses and keeps its running statistics
/// whatever the mode. With <see cref="StatisticsFrozen"/> it does so while weight and bias are trained.
/// </remarks>
public sealed class BatchNormalization : Layer
{
    /// <summary>Makes a layer that changes nothing: weight 1, bias 0, mean 0, variance 1.</summary>
    /// <param name="channels">How many channels.</param>
    /// <param name="epsilon">Added to the variance.</param>
    /// <param name="momentum">The share of the old running statistics that each training batch leaves.</param>
    public BatchNormalization(int channels, float epsilon = 1e-5f, float momentum = 0.9f)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        Channels = channels;
        Epsilon = epsilon;
        Momentum = momentum;
        Weight = AddParameter("weight", ParameterRole.Scale, channels);
        Bias = AddParameter("bias", ParameterRole.Bias, channels);
        RunningMean = AddParameter("running_mean", ParameterRole.Statistic, channels);
        RunningVariance = AddParameter("running_var", ParameterRole.Statistic, channels);
        Weight.Value.Span.Fill(1);
        RunningVariance.Value.Span.Fill(1);
    }

    /// <summary>How many channels.</summary>
    public int Channels { get; }

    /// <summary>Added to the variance.</summary>
    public float Epsilon { get; }

    /// <summary>The share of the old running statistics that each training batch leaves.</summary>
    public float Momentum { get; }

    /// <summary>The factor of each channel (gamma).</summary>
    public Parameter Weight { get; }

    /// <summary>The addend of each channel (beta).</summary>
    public Parameter Bias { get; }

    /// <summary>The running mean of each channel.</summary>
    public Parameter RunningMean { get; }

    /// <summary>The running variance of each channel.</summary>
    public Parameter RunningVariance { get; }

    /// <summary>
    /// Whether the running statistics are used and kept whatever the mode, so that training may change weight and bias but
    /// nothing else. What fine-tuning wants: a small batch measures badly what a large data set taught.
    /// </summary>
    public bool StatisticsFrozen { get; set; }

    private bool KeepsStatistics => StatisticsFrozen || (!Weight.Trainable && !Bias.Trainable);

    /// <inheritdoc/>
    public override string Configuration => FormattableString.Invariant($"channels {Channels}, epsilon {Epsilon:R}, momentum {Momentum:R}");

    /// <inheritdoc/>
    public override Shape OutputShape(IReadOnlyList<Shape> inputs) =>
        inputs[0].Rank >= 2 && inputs[0][^1] == Channels ? inputs[0] : throw Unsuitable(inputs[0], $"[batch, ..., {Channels}]");

    /// <inheritdoc/>
    public override unsafe void Forward(LayerPass pass)
    {
        var useBatch = pass.Training && !KeepsStatistics;
        // Saved: mean and 1 / sqrt(variance + epsilon) of each channel.
        var saved = Tensor.Uninitialized(new Shape(2, Channels));
        pass.Saved = saved;
        if (useBatch)
            MeasureBatch(pass.Input, saved);
        else
            RunningMean.Value.Span.CopyTo(saved.Rows(0));
        var mean = saved.Rows(0);
        var inverse = saved.Rows(1);
        using var affine = Tensor.Uninitialized(new Shape(2, Channels));
        for (var c = 0; c < Channels; c++)
        {
            if (!useBatch)
                inverse[c] = (float)(1 / Math.Sqrt((double)RunningVariance.Value.Span[c] + Epsilon));
            affine.Span[c] = Weight.Value.Span[c] * inverse[c];
            affine.Span[Channels + c] = Bias.Value.Span[c] - (mean[c] * affine.Span[c]);
        }

        ElementwiseKernel.ScaleAndShift(
            pass.Input.Pointer, affine.Pointer, affine.Pointer + Channels, pass.Output.Pointer, pass.Input.Length / Channels, Channels, pass.Workers);
    }

    /// <summary>
    /// With <c>n = (x - mean) * inverse</c> over m values a channel: <c>dweight = sum(dy * n)</c>, <c>dbias = sum(dy)</c>, and
    /// <c>dx = weight * inverse * (dy - (dbias + n * dweight) / m)</c> while training, <c>weight * inverse * dy</c> otherwise.
    /// </summary>
    /// <inheritdoc/>
    public override void Backward(LayerPass pass)
    {
        var gradient = pass.RequireOutputGradient();
        var saved = pass.Saved!;
        var sums = new double[2 * Channels];
        ForEachValue(pass.Input, gradient, saved, (c, dy, normalized) =>
        {
            sums[c] += dy;
            sums[Channels + c] += dy * normalized;
        });
        for (var c = 0; c < Channels; c++)
        {
            if (Bias.Trainable)
                Bias.RequireGradient().Span[c] += (float)sums[c];
            if (Weight.Trainable)
                Weight.RequireGradient().Span[c] += (float)sums[Channels + c];
        }

        if (pass.InputGradients[0] is not { } inputGradient)
            return;
        var useBatch = pass.Training && !KeepsStatistics;
        var count = pass.Input.Length / Channels;
        var place = 0;
        ForEachValue(pass.Input, gradient, saved, (c, dy, normalized) =>
        {
            var centred = useBatch ? dy - ((sums[c] + (normalized * sums[Channels + c])) / count) : dy;
            inputGradient.Span[place++] += (float)(Weight.Value.Span[c] * saved.Span[Channels + c] * centred);
        });
    }

    private void ForEachValue(Tensor input, Tensor gradient, Tensor saved, Action<int, double, double> action)
    {
        for (var i = 0; i < input.Length; i++)
        {
            var c = i % Channels;
            action(c, gradient.Span[i], ((double)input.Span[i] - saved.Span[c]) * saved.Span[Channels + c]);
        }
    }

    /// <summary>The batch's statistics go to <paramref name="saved"/> and into the running ones.</summary>
    private void MeasureBatch(Tensor input, Tensor saved)
    {
        var values = input.Span;
        var count = values.Length / Channels;
        var sums = new double[Channels];
        var squares = new double[Channels];
        for (var i = 0; i < values.Length; i++)
            sums[i % Channels] += values[i];
        for (var i = 0; i < values.Length; i++)
        {
            var difference = values[i] - (sums[i % Channels] / count);
            squares[i % Channels] += difference * difference;
        }

        for (var c = 0; c < Channels; c++)
        {
            var mean = (float)(sums[c] / count);
            saved.Span[c] = mean;
            saved.Span[Channels + c] = (float)(1 / Math.Sqrt((squares[c] / count) + Epsilon));
            var unbiased = (float)(squares[c] / Math.Max(1, count - 1));
            RunningMean.Value.Span[c] = (Momentum * RunningMean.Value.Span[c]) + ((1 - Momentum) * mean);
            RunningVariance.Value.Span[c] = (Momentum * RunningVariance.Value.Span[c]) + ((1 - Momentum) * unbiased);
        }
    }
}
