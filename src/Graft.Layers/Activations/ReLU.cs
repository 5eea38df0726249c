using Graft.Tensors;
using Graft.Tensors.Kernels.Elementwise;
using Graft.Tensors.Kernels.Gradients;

namespace Graft.Layers.Activations;

/// <summary>
/// ReLU: <c>y = max(0, x)</c>, or <c>min(maximum, max(0, x))</c> with a ceiling (6 for ReLU6). Any shape.
/// </summary>
/// <param name="maximum">The ceiling; infinite for the plain ReLU.</param>
public sealed class ReLU(float maximum = float.PositiveInfinity) : Layer
{
    /// <summary>The ceiling.</summary>
    public float Maximum { get; } = maximum;

    /// <inheritdoc/>
    public override string Configuration => FormattableString.Invariant($"maximum {Maximum:R}");

    /// <inheritdoc/>
    public override bool CanWriteInPlace => true;

    /// <inheritdoc/>
    public override BackwardReads BackwardReads => BackwardReads.Output;

    /// <inheritdoc/>
    public override Shape OutputShape(IReadOnlyList<Shape> inputs) => inputs[0];

    /// <inheritdoc/>
    public override Lowering Lower(IReadOnlyList<Shape> inputs) => Lowering.Clamp(0, Maximum);

    /// <inheritdoc/>
    public override unsafe void Forward(LayerPass pass) =>
        ElementwiseKernel.AddAndClamp(
            pass.Input.Pointer,
            null,
            pass.Output.Pointer,
            pass.Input.Length,
            0,
            Maximum,
            pass.Workers
        );

    /// <summary><c>dx = dy where 0 &lt; y &lt; maximum, else 0</c>.</summary>
    /// <inheritdoc/>
    public override void Backward(LayerPass pass)
    {
        if (pass.InputGradients[0] is not { } inputGradient)
            return;
        using var gradient = pass.RequireOutputGradient().Clone();
        Mask(gradient, pass);
        Gradients.Add(gradient, inputGradient, pass.Workers);
    }

    /// <inheritdoc/>
    public override bool TryBackwardInPlace(LayerPass pass)
    {
        Mask(pass.RequireOutputGradient(), pass);
        return true;
    }

    private unsafe void Mask(Tensor gradient, LayerPass pass) =>
        ReLUGradient.Mask(gradient.Pointer, pass.Output.Pointer, gradient.Length, Maximum, pass.Workers);
}
