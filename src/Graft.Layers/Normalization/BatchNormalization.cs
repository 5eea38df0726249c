using Graft.Tensors;
using Graft.Tensors.Kernels.Elementwise;
using Graft.Tensors.Kernels.Normalization;

namespace Graft.Layers.Normalization;

/// <summary>
/// Batch normalisation of each channel (the last dimension):
/// <c>y = (x - mean) / sqrt(variance + epsilon) * weight + bias</c>, with the batch's own mean and biased variance
/// while training, and the running statistics otherwise. Ioffe and Szegedy, "Batch Normalization" (2015), algorithms 1
/// and 2.
/// </summary>
/// <remarks>
/// Input and output <c>[..., channels]</c>. The running statistics are updated to <c>momentum * old + (1 - momentum) *
/// batch</c>, with the unbiased variance, as in PyTorch (whose momentum is one minus this one). A layer without any
/// trainable parameter is frozen: it uses its running statistics in every mode and leaves them unchanged. With
/// <see cref="StatisticsFrozen"/> it does so while weight and bias are trained.
/// </remarks>
public sealed class BatchNormalization : Layer
{
    /// <summary>Makes a layer that changes nothing: weight 1, bias 0, mean 0, variance 1.</summary>
    /// <param name="channels">The number of channels.</param>
    /// <param name="epsilon">Added to the variance.</param>
    /// <param name="momentum">The weight of the old running statistics in each update.</param>
    public BatchNormalization(int channels, float epsilon = 1e-5f, float momentum = 0.9f)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        Channels = channels;
        Epsilon = epsilon;
        Momentum = momentum;
        Weight = AddParameter("weight", ParameterRole.Scale, channels);
        Bias = AddParameter("bias", ParameterRole.Bias, channels);
        RunningMean = AddParameter("running_mean", ParameterRole.Buffer, channels);
        RunningVariance = AddParameter("running_var", ParameterRole.Buffer, channels);
        Weight.Value.Span.Fill(1);
        RunningVariance.Value.Span.Fill(1);
    }

    /// <summary>The number of channels.</summary>
    public int Channels { get; }

    /// <summary>Added to the variance.</summary>
    public float Epsilon { get; }

    /// <summary>The weight of the old running statistics in each update.</summary>
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
    /// Whether the running statistics are used and left unchanged in every mode. Training then changes only weight and
    /// bias. Useful in fine-tuning, where small batches give poor estimates of the statistics.
    /// </summary>
    public bool StatisticsFrozen { get; set; }

    private bool KeepsStatistics => StatisticsFrozen || (!Weight.Trainable && !Bias.Trainable);

    /// <inheritdoc/>
    public override string Configuration =>
        FormattableString.Invariant($"channels {Channels}, epsilon {Epsilon:R}, momentum {Momentum:R}");

    /// <inheritdoc/>
    public override BackwardReads BackwardReads => BackwardReads.Inputs;

    /// <inheritdoc/>
    public override Shape OutputShape(IReadOnlyList<Shape> inputs) =>
        inputs[0].Rank >= 2 && inputs[0][^1] == Channels
            ? inputs[0]
            : throw Unsuitable(inputs[0], $"[batch, ..., {Channels}]");

    /// <inheritdoc/>
    public override Lowering Lower(IReadOnlyList<Shape> inputs) =>
        Lowering.Affine(channel =>
            (
                Weight.Value.Span[channel] / StandardDeviation(channel),
                RunningMean.Value.Span[channel],
                Bias.Value.Span[channel]
            )
        );

    /// <inheritdoc/>
    public override unsafe void Forward(LayerPass pass)
    {
        // Saved: mean and 1 / sqrt(variance + epsilon) of each channel.
        var saved = Tensor.Uninitialized(new Shape(2, Channels));
        pass.Saved = saved;
        if (UsesRunningStatistics(pass.Training))
            CopyStatistics(saved);
        else
            MeasureBatch(pass.Input, saved, pass.Workers);
        var mean = saved.Rows(0);
        var inverse = saved.Rows(1);
        using var affine = Tensor.Uninitialized(new Shape(2, Channels));
        for (var c = 0; c < Channels; c++)
        {
            affine.Span[c] = Weight.Value.Span[c] * inverse[c];
            affine.Span[Channels + c] = Bias.Value.Span[c] - (mean[c] * affine.Span[c]);
        }

        ElementwiseKernel.ScaleAndShift(
            pass.Input.Pointer,
            affine.Pointer,
            affine.Pointer + Channels,
            pass.Output.Pointer,
            pass.Input.Length / Channels,
            Channels,
            pass.Workers
        );
    }

    /// <summary>
    /// With <c>n = (x - mean) * inverse</c> over m values per channel: <c>dweight = sum(dy * n)</c>, <c>dbias =
    /// sum(dy)</c>, and <c>dx = weight * inverse * (dy - (dbias + n * dweight) / m)</c> while training, <c>weight *
    /// inverse * dy</c> otherwise.
    /// </summary>
    /// <inheritdoc/>
    public override void Backward(LayerPass pass) => Backward(pass, pass.InputGradients[0], adds: true);

    /// <inheritdoc/>
    public override bool TryBackwardInPlace(LayerPass pass)
    {
        Backward(pass, pass.RequireOutputGradient(), adds: false);
        return true;
    }

    /// <summary>Whether the running statistics are used and left unchanged.</summary>
    internal bool UsesRunningStatistics(bool training) => !training || KeepsStatistics;

    /// <summary><c>sqrt(variance + epsilon)</c> of a channel, from the running variance.</summary>
    internal double StandardDeviation(int channel) => Math.Sqrt((double)RunningVariance.Value.Span[channel] + Epsilon);

    /// <summary>
    /// Adds the sums over all pixels of the output's gradient, and of the output's gradient times the normalised input,
    /// to the parameters' gradients.
    /// </summary>
    internal void AddGradients(ReadOnlySpan<double> sums, ReadOnlySpan<double> products)
    {
        for (var c = 0; c < Channels; c++)
        {
            if (Bias.Trainable)
                Bias.RequireGradient().Span[c] += (float)sums[c];
            if (Weight.Trainable)
                Weight.RequireGradient().Span[c] += (float)products[c];
        }
    }

    private unsafe void Backward(LayerPass pass, Tensor? target, bool adds)
    {
        var gradient = pass.RequireOutputGradient();
        var mean = pass.Saved!.Pointer;
        var inverse = mean + Channels;
        var pixels = pass.Input.Length / Channels;
        var sums = NormalizationKernel.SumGradients(
            pass.Input.Pointer,
            gradient.Pointer,
            mean,
            inverse,
            pixels,
            Channels,
            pass.Workers
        );
        AddGradients(sums.AsSpan(0, Channels), sums.AsSpan(Channels));
        if (target is null)
            return;
        using var factors = Tensor.Zeros(new Shape(3, Channels));
        for (var c = 0; c < Channels; c++)
        {
            var scale = (double)Weight.Value.Span[c] * inverse[c];
            factors.Rows(0)[c] = (float)scale;
            if (UsesRunningStatistics(pass.Training))
                continue;
            factors.Rows(1)[c] = (float)(-scale * inverse[c] * sums[Channels + c] / pixels);
            factors.Rows(2)[c] = (float)(-scale * sums[c] / pixels);
        }

        var scales = factors.Pointer;
        NormalizationKernel.ApplyGradient(
            pass.Input.Pointer,
            gradient.Pointer,
            mean,
            scales,
            scales + Channels,
            scales + (2 * Channels),
            adds ? target.Pointer : null,
            target.Pointer,
            pixels,
            Channels,
            pass.Workers
        );
    }

    private void CopyStatistics(Tensor saved)
    {
        RunningMean.Value.Span.CopyTo(saved.Rows(0));
        var inverse = saved.Rows(1);
        for (var c = 0; c < Channels; c++)
            inverse[c] = (float)(1 / StandardDeviation(c));
    }

    /// <summary>Computes the batch's statistics into <paramref name="saved"/> and updates the running ones.</summary>
    private unsafe void MeasureBatch(Tensor input, Tensor saved, WorkerPool workers)
    {
        var count = input.Length / Channels;
        var moments = NormalizationKernel.Measure(input.Pointer, count, Channels, workers);
        for (var c = 0; c < Channels; c++)
        {
            var mean = (float)moments[c];
            var squares = moments[Channels + c];
            saved.Span[c] = mean;
            saved.Span[Channels + c] = (float)(1 / Math.Sqrt((squares / count) + Epsilon));
            var unbiased = (float)(squares / Math.Max(1, count - 1));
            RunningMean.Value.Span[c] = (Momentum * RunningMean.Value.Span[c]) + ((1 - Momentum) * mean);
            RunningVariance.Value.Span[c] = (Momentum * RunningVariance.Value.Span[c]) + ((1 - Momentum) * unbiased);
        }
    }
}
