using Graft.Tensors;

namespace Graft.Layers.Activations;

/// <summary>
/// Log-probabilities from logits: <c>y[c] = x[c] - max x - log(sum of exp(x - max x))</c>, in nats. Input and output
/// <c>[batch, classes]</c>. The function is idempotent, so its output can serve as logits.
/// </summary>
public sealed class LogSoftmax : Layer
{
    /// <inheritdoc/>
    public override Shape OutputShape(IReadOnlyList<Shape> inputs) =>
        inputs[0].Rank == 2 && inputs[0][1] > 0 ? inputs[0] : throw Unsuitable(inputs[0], "[batch, classes]");

    /// <inheritdoc/>
    public override void Forward(LayerPass pass)
    {
        for (var row = 0; row < pass.Input.Shape[0]; row++)
        {
            var logits = pass.Input.Rows(row);
            var output = pass.Output.Rows(row);
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
        for (var row = 0; row < pass.Output.Shape[0]; row++)
        {
            var output = pass.Output.Rows(row);
            var gradient = pass.RequireOutputGradient().Rows(row);
            var target = inputGradient.Rows(row);
            var sum = 0.0;
            foreach (var value in gradient)
                sum += value;
            for (var i = 0; i < output.Length; i++)
                target[i] += (float)(gradient[i] - (Math.Exp(output[i]) * sum));
        }
    }
}
