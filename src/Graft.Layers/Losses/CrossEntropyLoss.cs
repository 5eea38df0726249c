using Graft.Layers.Networks;
using Graft.Tensors;

namespace Graft.Layers.Losses;

/// <summary>
/// Cross-entropy of class logits: the mean over the batch of <c>-log softmax(x)[label]</c>, in natural logarithms. The
/// log-softmax is <c>x - max - log(sum of exp(x - max))</c>, in double precision, so that no logit over- or underflows.
/// </summary>
/// <remarks>Made by <see cref="Of"/>; the network's last layer gives logits, without softmax.</remarks>
public sealed class CrossEntropyLoss
{
    private readonly NetworkPass _pass;
    private readonly int[] _labels;

    private CrossEntropyLoss(NetworkPass pass, int[] labels)
    {
        _pass = pass;
        _labels = labels;
        Value = Mean(pass.Output, labels);
    }

    /// <summary>The mean loss over the batch, in nats; 0 is perfect.</summary>
    public double Value { get; }

    /// <summary>Computes the loss of a pass's output.</summary>
    /// <param name="pass">A pass whose output is logits, <c>[batch, classes]</c>.</param>
    /// <param name="labels">The class of each row, from 0.</param>
    /// <exception cref="ArgumentException">The labels do not fit the output.</exception>
    public static CrossEntropyLoss Of(NetworkPass pass, ReadOnlySpan<int> labels)
    {
        ArgumentNullException.ThrowIfNull(pass);
        return new CrossEntropyLoss(pass, labels.ToArray());
    }

    /// <summary>The mean cross-entropy of rows of logits.</summary>
    /// <param name="logits"><c>[batch, classes]</c>.</param>
    /// <param name="labels">The class of each row, from 0.</param>
    /// <returns>In nats; 0 is perfect.</returns>
    public static double Mean(Tensor logits, ReadOnlySpan<int> labels)
    {
        ArgumentNullException.ThrowIfNull(logits);
        if (logits.Shape.Rank != 2 || logits.Shape[0] != labels.Length || labels.Length == 0)
            throw new ArgumentException($"Cross-entropy: {labels.Length} labels do not fit logits of shape {logits.Shape}.", nameof(labels));
        var sum = 0.0;
        for (var row = 0; row < labels.Length; row++)
        {
            var values = logits.Rows(row);
            if ((uint)labels[row] >= (uint)values.Length)
                throw new ArgumentException($"Cross-entropy: label {labels[row]} is not one of {values.Length} classes.", nameof(labels));
            sum += LogSumExp(values) - values[labels[row]];
        }

        return sum / labels.Length;
    }

    /// <summary>Adds the gradients to the trainable parameters: by the logits they are <c>(softmax(x) - onehot(label)) / batch</c>.</summary>
    public void Backward()
    {
        using var gradient = Tensor.Uninitialized(_pass.Output.Shape);
        for (var row = 0; row < _labels.Length; row++)
        {
            var logits = _pass.Output.Rows(row);
            var target = gradient.Rows(row);
            var logSum = LogSumExp(logits);
            for (var i = 0; i < logits.Length; i++)
                target[i] = (float)((Math.Exp(logits[i] - logSum) - (i == _labels[row] ? 1 : 0)) / _labels.Length);
        }

        _pass.Backward(gradient);
    }

    private static double LogSumExp(ReadOnlySpan<float> values)
    {
        var largest = float.NegativeInfinity;
        foreach (var value in values)
            largest = Math.Max(largest, value);
        var sum = 0.0;
        foreach (var value in values)
            sum += Math.Exp((double)value - largest);
        return largest + Math.Log(sum);
    }
}
