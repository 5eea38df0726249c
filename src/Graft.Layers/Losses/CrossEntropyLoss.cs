using Graft.Layers.Networks;
using Graft.Tensors;

namespace Graft.Layers.Losses;

/// <summary>
/// The cross-entropy of a network's output and the target, in nats: <c>-log softmax(x)[y]</c> for an example of class
/// y, <c>-sum of t[c] * log softmax(x)[c]</c> for soft targets t. The log-softmax is <c>x - max - log(sum of exp(x -
/// max))</c>, computed in double precision, so that no logit overflows or underflows.
/// </summary>
/// <remarks>
/// The network may end with logits, log-probabilities, probabilities (a softmax) or, for two classes, with one sigmoid:
/// <see cref="ClassificationOutput"/> finds the logits. Label smoothing and class weights are those of PyTorch's
/// CrossEntropyLoss: the mean is weighted for labels, and taken over the batch for soft targets.
/// </remarks>
public sealed class CrossEntropyLoss
{
    private readonly NetworkPass _pass;
    private readonly ClassificationOutput _output;

    // The gradient with respect to the logits, not yet divided by the sum of the weights.
    private readonly double[] _gradient;
    private readonly double _divisor;

    private CrossEntropyLoss(NetworkPass pass, ReadOnlySpan<int> labels, Tensor? targets, CrossEntropyOptions? options)
    {
        _pass = pass;
        options ??= new();
        _output = ClassificationOutput.From(pass.Network);
        var classes = _output.Classes;
        options.Require(classes);
        var values = pass.OutputOf(_output.LogitsNode);
        _gradient = new double[values.Shape[0] * classes];
        var (sum, divisor) = (0.0, 0.0);
        var logits = new double[classes];
        var wanted = new double[classes];
        for (var row = 0; row < values.Shape[0]; row++)
        {
            _output.Logits(values.Rows(row), logits);
            divisor += Wanted(
                wanted,
                targets is null ? [] : targets.Rows(row),
                targets is null ? labels[row] : -1,
                options
            );
            sum += Row(logits, wanted, _gradient.AsSpan(row * classes, classes));
        }

        // A batch in which all classes have weight 0 has loss 0; PyTorch's 0 / 0 would break the training.
        _divisor = divisor > 0 ? divisor : 1;
        Value = sum / _divisor;
    }

    /// <summary>The mean loss over the batch, in nats; 0 is perfect.</summary>
    public double Value { get; }

    /// <summary>Computes the loss of a pass's output for examples that each have one class.</summary>
    /// <param name="pass">A pass of a classifier.</param>
    /// <param name="labels">The class of each row, from 0.</param>
    /// <param name="options">Label smoothing and class weights; none when null.</param>
    /// <exception cref="ArgumentException">
    /// The labels do not fit the output, or the options are out of range.
    /// </exception>
    public static CrossEntropyLoss Compute(
        NetworkPass pass,
        IReadOnlyList<int> labels,
        CrossEntropyOptions? options = null
    )
    {
        ArgumentNullException.ThrowIfNull(pass);
        ArgumentNullException.ThrowIfNull(labels);
        var classes = ClassificationOutput.From(pass.Network).Classes;
        RequireLabels([.. labels], pass.Output, classes);
        return new CrossEntropyLoss(pass, [.. labels], null, options);
    }

    /// <summary>Computes the loss of a pass's output for soft targets, such as those of mixed images.</summary>
    /// <param name="pass">A pass of a classifier.</param>
    /// <param name="targets">
    /// <c>[batch, classes]</c>: the target probability of each class, 0 or more; each row sums to 1.
    /// </param>
    /// <param name="options">Label smoothing and class weights; none when null.</param>
    /// <exception cref="ArgumentException">
    /// The targets do not fit the output, or the options are out of range.
    /// </exception>
    public static CrossEntropyLoss Compute(NetworkPass pass, Tensor targets, CrossEntropyOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(pass);
        ArgumentNullException.ThrowIfNull(targets);
        var expected = new Shape(pass.Output.Shape[0], ClassificationOutput.From(pass.Network).Classes);
        if (targets.Shape != expected)
            throw new ArgumentException(
                $"Cross-entropy: targets of shape {targets.Shape} do not fit; {expected} was expected.",
                nameof(targets)
            );
        return new CrossEntropyLoss(pass, [], targets, options);
    }

    /// <summary>The mean cross-entropy of a batch of logits.</summary>
    /// <param name="logits"><c>[batch, classes]</c>.</param>
    /// <param name="labels">The class of each row, from 0.</param>
    /// <returns>The loss in nats; 0 is perfect.</returns>
    public static double Mean(Tensor logits, ReadOnlySpan<int> labels)
    {
        ArgumentNullException.ThrowIfNull(logits);
        RequireLabels(labels, logits, logits.Shape.Rank == 2 ? logits.Shape[1] : 0);
        var sum = 0.0;
        var row = new double[logits.Shape[1]];
        for (var i = 0; i < labels.Length; i++)
        {
            var values = logits.Rows(i);
            for (var c = 0; c < row.Length; c++)
                row[c] = values[c];
            sum += LogSumExp.Compute<double>(row) - row[labels[i]];
        }

        return sum / labels.Length;
    }

    /// <summary>
    /// Adds the gradients to the trainable parameters. With the smoothed and weighted targets <c>q</c>, the gradient
    /// with respect to the logits is <c>(sum(q) * softmax(x) - q) / sum of the weights</c>.
    /// </summary>
    public void Backward()
    {
        var values = _pass.OutputOf(_output.LogitsNode);
        using var gradient = Tensor.Uninitialized(values.Shape);
        var target = gradient.Span;
        var (columns, classes) = (values.Shape[1], _output.Classes);

        // A single logit belongs to the second class.
        for (var i = 0; i < target.Length; i++)
            target[i] = (float)(_gradient[(i / columns * classes) + (classes - columns) + (i % columns)] / _divisor);
        _pass.Backward(gradient, _output.LogitsNode);
    }

    /// <summary>Computes the smoothed and weighted targets of a row and returns the row's weight in the mean.</summary>
    private static double Wanted(
        Span<double> wanted,
        ReadOnlySpan<float> targets,
        int label,
        CrossEntropyOptions options
    )
    {
        var (keep, spread) = (1 - options.LabelSmoothing, options.LabelSmoothing / wanted.Length);
        for (var c = 0; c < wanted.Length; c++)
        {
            var weight = options.ClassWeights?[c] ?? 1;
            wanted[c] =
                label < 0 ? weight * ((keep * targets[c]) + spread) : weight * ((c == label ? keep : 0) + spread);
        }

        return label < 0 ? 1 : options.ClassWeights?[label] ?? 1;
    }

    private static double Row(ReadOnlySpan<double> logits, ReadOnlySpan<double> wanted, Span<double> gradient)
    {
        var logSum = LogSumExp.Compute<double>(logits);
        var (loss, sum) = (0.0, 0.0);
        foreach (var value in wanted)
            sum += value;
        for (var c = 0; c < logits.Length; c++)
        {
            // A class with target 0 and logit minus infinity contributes nothing (not NaN).
            if (wanted[c] != 0)
                loss += wanted[c] * (logSum - logits[c]);
            gradient[c] = (sum * Math.Exp(logits[c] - logSum)) - wanted[c];
        }

        return loss;
    }

    private static void RequireLabels(ReadOnlySpan<int> labels, Tensor output, int classes)
    {
        if (output.Shape.Rank != 2 || output.Shape[0] != labels.Length || labels.Length == 0)
            throw new ArgumentException(
                $"Cross-entropy: {labels.Length} labels do not fit logits of shape {output.Shape}.",
                nameof(labels)
            );
        foreach (var label in labels)
        {
            if ((uint)label >= (uint)classes)
                throw new ArgumentException(
                    $"Cross-entropy: label {label} is not one of {classes} classes.",
                    nameof(labels)
                );
        }
    }
}
