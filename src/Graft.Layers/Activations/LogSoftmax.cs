using Graft.Tensors;

namespace Graft.Layers.Activations;

/// <summary>
/// Log-probabilities from logits: <c>y[c] = x[c] - max x - log(sum of exp(x - max x))</c>, in nats. Input and output
/// <c>[batch, classes]</c>, or <c>[batch, tokens, channels]</c> and over the channels of each token. The function is
/// idempotent, so its output can serve as logits.
/// </summary>
public sealed class LogSoftmax : Layer
{
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
        {
            var logits = pass.Input.Span.Slice(start, classes);
            var output = pass.Output.Span.Slice(start, classes);
            var normalizer = LogSumExp.Compute<float>(logits);
            for (var i = 0; i < logits.Length; i++)
                output[i] = (float)(logits[i] - normalizer);
        }
    }

    /// <summary><c>dx = dy - exp(y) * sum(dy)</c>.</summary>
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
            foreach (var value in gradient)
                sum += value;
            for (var i = 0; i < output.Length; i++)
                target[i] += (float)(gradient[i] - (Math.Exp(output[i]) * sum));
        }
    }
}
