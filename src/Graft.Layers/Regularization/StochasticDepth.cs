using Graft.Tensors;

namespace Graft.Layers.Regularization;

/// <summary>
/// While training, drops whole residual branches: all values of an image become zero with probability
/// <see cref="Rate"/>; those of the other images are divided by <c>1 - Rate</c>. Otherwise changes nothing. Any shape,
/// batch first. Huang et al., "Deep Networks with Stochastic Depth" (2016).
/// </summary>
public sealed class StochasticDepth : Layer
{
    /// <summary>Makes the layer.</summary>
    /// <param name="rate">The probability that an image's branch is dropped; at least 0 and below 1.</param>
    public StochasticDepth(float rate)
    {
        if (!(rate >= 0 && rate < 1))
            throw new ArgumentOutOfRangeException(
                nameof(rate),
                rate,
                "StochasticDepth: the rate must be at least 0 and below 1."
            );
        Rate = rate;
    }

    /// <summary>The probability that an image's branch is dropped.</summary>
    public float Rate { get; }

    /// <inheritdoc/>
    public override string Configuration => FormattableString.Invariant($"rate {Rate:R}");

    /// <inheritdoc/>
    public override bool IsRandom => true;

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
            ?? throw new InvalidOperationException(
                "StochasticDepth: training needs random numbers; set PassOptions.Random."
            );
        var factors = Tensor.Uninitialized(new Shape(pass.Input.Shape[0]));
        pass.Saved = factors;
        for (var image = 0; image < factors.Length; image++)
        {
            var factor = random.NextSingle() < Rate ? 0 : 1 / (1 - Rate);
            factors.Span[image] = factor;
            var from = pass.Input.Rows(image);
            var to = pass.Output.Rows(image);
            for (var i = 0; i < from.Length; i++)
                to[i] = from[i] * factor;
        }
    }

    /// <summary><c>dx = dy * factor of the image</c>.</summary>
    /// <inheritdoc/>
    public override void Backward(LayerPass pass)
    {
        if (pass.InputGradients[0] is not { } inputGradient)
            return;
        var gradient = pass.RequireOutputGradient();
        for (var image = 0; image < gradient.Shape[0]; image++)
        {
            var factor = pass.Saved is { } factors ? factors.Span[image] : 1;
            var from = gradient.Rows(image);
            var to = inputGradient.Rows(image);
            for (var i = 0; i < from.Length; i++)
                to[i] += from[i] * factor;
        }
    }
}
