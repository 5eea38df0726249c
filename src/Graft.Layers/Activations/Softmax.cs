using Graft.Tensors;

namespace Graft.Layers.Activations;

/// <summary>
/// Probabilities from logits: <c>y[c] = exp(x[c] - max x) / sum of exp(x - max x)</c>. Input and output <c>[batch,
/// classes]</c>, or <c>[batch, tokens, channels]</c> and over the channels of each token.
/// </summary>
public sealed class Softmax : Layer
{
    /// <inheritdoc/>
    public override BackwardReads BackwardReads => BackwardReads.Output;

    /// <inheritdoc/>
    public override Shape OutputShape(IReadOnlyList<Shape> inputs) =>
        inputs[0].Rank is 2 or 3 && inputs[0][^1] > 0
            ? inputs[0]
            : throw Unsuitable(inputs[0], "[batch, classes] or [batch, tokens, channels]");

    /// <inheritdoc/>
    public override void Forward(LayerPass pass)
    {
        var classes = pass.Input.Shape[^1];
        for (var start = 0; start < pass.Input.Length; start += classes)
            Apply(pass.Input.Span.Slice(start, classes), pass.Output.Span.Slice(start, classes));
    }

    /// <summary><c>dx = y * (dy - sum(dy * y))</c>.</summary>
    /// <inheritdoc/>
    public override void Backward(LayerPass pass)
    {
        if (pass.InputGradients[0] is not { } inputGradient)
            return;
        var classes = pass.Output.Shape[^1];
        for (var start = 0; start < pass.Output.Length; start += classes)
        {
            var output = pass.Output.Span.Slice(start, classes);
            var gradient = pass.RequireOutputGradient().Span.Slice(start, classes);
            var target = inputGradient.Span.Slice(start, classes);
            var sum = 0.0;
            for (var i = 0; i < output.Length; i++)
                sum += (double)gradient[i] * output[i];
            for (var i = 0; i < output.Length; i++)
                target[i] += (float)(output[i] * (gradient[i] - sum));
        }
    }

    /// <summary>Computes the softmax of one row, internally in double precision.</summary>
    /// <param name="logits">The logits.</param>
    /// <param name="probabilities">Receives a probability for each logit; may be the same memory as the logits.</param>
    public static void Apply(ReadOnlySpan<float> logits, Span<float> probabilities)
    {
        var largest = float.NegativeInfinity;
        foreach (var logit in logits)
            largest = Math.Max(largest, logit);
        var sum = 0.0;
        foreach (var logit in logits)
            sum += Math.Exp((double)logit - largest);
        for (var i = 0; i < logits.Length; i++)
            probabilities[i] = (float)(Math.Exp((double)logits[i] - largest) / sum);
    }
}
