using Graft.Tensors;
using Graft.Tensors.Kernels.Elementwise;

namespace Graft.Layers.Activations;

/// <summary>Rectifier: <c>y = max(0, x)</c>, or <c>min(maximum, max(0, x))</c> with a ceiling (6 for ReLU6). Any shape.</summary>
/// <param name="maximum">The ceiling; infinite for the plain rectifier.</param>
public sealed class ReLU(float maximum = float.PositiveInfinity) : Layer
{
    /// <summary>The ceiling.</summary>
    public float Maximum { get; } = maximum;

    /// <inheritdoc/>
    public override string Configuration => FormattableString.Invariant($"maximum {Maximum:R}");

    /// <inheritdoc/>
    public override Shape OutputShape(IReadOnlyList<Shape> inputs) => inputs[0];

    /// <inheritdoc/>
    public override unsafe void Forward(LayerPass pass) =>
        ElementwiseKernel.AddAndClamp(pass.Input.Pointer, null, pass.Output.Pointer, pass.Input.Length, 0, Maximum, pass.Workers);

    /// <summary><c>dx = dy where 0 &lt; x &lt; maximum, else 0</c>.</summary>
    /// <inheritdoc/>
    public override void Backward(LayerPass pass)
    {
        if (pass.InputGradients[0] is not { } inputGradient)
            return;
        var gradient = pass.RequireOutputGradient().Span;
        var input = pass.Input.Span;
        var target = inputGradient.Span;
        for (var i = 0; i < gradient.Length; i++)
        {
            if (input[i] > 0 && input[i] < Maximum)
                target[i] += gradient[i];
        }
    }
}
