using Graft.Tensors;

namespace Graft.Layers.Regularization;

/// <summary>
/// While training, sets each value to zero with probability <see cref="Rate"/> and divides the others by
/// <c>1 - Rate</c>; otherwise changes nothing. Any shape. Srivastava et al., "Dropout" (2014).
/// </summary>
public sealed class Dropout : Layer
{
    /// <summary>Makes the layer.</summary>
    /// <param name="rate">The probability that a value is set to zero; at least 0 and below 1.</param>
    public Dropout(float rate)
    {
        if (!(rate >= 0 && rate < 1))
            throw new ArgumentOutOfRangeException(
                nameof(rate),
                rate,
                "Dropout: the rate must be at least 0 and below 1."
            );
        Rate = rate;
    }

    /// <summary>The probability that a value is set to zero.</summary>
    public float Rate { get; }

    /// <inheritdoc/>
    public override string Configuration => FormattableString.Invariant($"rate {Rate:R}");

    /// <inheritdoc/>
    public override bool IsRandom => true;

    /// <inheritdoc/>
    public override BackwardReads BackwardReads => BackwardReads.Nothing;

    /// <inheritdoc/>
    public override Shape OutputShape(IReadOnlyList<Shape> inputs) => inputs[0];

    /// <inheritdoc/>
    public override Lowering Lower(IReadOnlyList<Shape> inputs) => Lowering.Identity;

    /// <inheritdoc/>
    public override void Forward(LayerPass pass)
    {
        if (!pass.Training || Rate == 0)
        {
            pass.Input.Span.CopyTo(pass.Output.Span);
            return;
        }

        var random = pass.Random
            ?? throw new InvalidOperationException("Dropout: training needs random numbers; set PassOptions.Random.");
        var factors = Tensor.Uninitialized(pass.Input.Shape);
        pass.Saved = factors;
        var keep = 1 / (1 - Rate);
        var input = pass.Input.Span;
        var output = pass.Output.Span;
        var values = factors.Span;
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = random.NextSingle() < Rate ? 0 : keep;
            output[i] = input[i] * values[i];
        }
    }

    /// <summary><c>dx = dy * factor</c>.</summary>
    /// <inheritdoc/>
    public override void Backward(LayerPass pass)
    {
        if (pass.InputGradients[0] is not { } inputGradient)
            return;
        var gradient = pass.RequireOutputGradient().Span;
        var target = inputGradient.Span;
        var factors = pass.Saved is { } saved ? saved.Span : default;
        for (var i = 0; i < gradient.Length; i++)
            target[i] += factors.IsEmpty ? gradient[i] : gradient[i] * factors[i];
    }
}
