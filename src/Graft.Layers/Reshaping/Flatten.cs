using Graft.Tensors;

namespace Graft.Layers.Reshaping;

/// <summary>
/// Reshapes each image to one row: <c>[b, h, w, c]</c> to <c>[b, h * w * c]</c>, with the channels varying fastest.
/// </summary>
public sealed class Flatten : Layer
{
    /// <inheritdoc/>
    public override BackwardReads BackwardReads => BackwardReads.Nothing;

    /// <inheritdoc/>
    public override Shape OutputShape(IReadOnlyList<Shape> inputs)
    {
        var input = inputs[0];
        if (input.Rank < 2)
            throw Unsuitable(input, "[batch, ...]");
        var count = 1;
        for (var i = 1; i < input.Rank; i++)
            count = checked(count * input[i]);
        return new Shape(input[0], count);
    }

    /// <inheritdoc/>
    public override Lowering Lower(IReadOnlyList<Shape> inputs) => Lowering.Reshape;

    /// <inheritdoc/>
    public override void Forward(LayerPass pass) => pass.Input.Span.CopyTo(pass.Output.Span);

    /// <summary>The same values in the input's shape.</summary>
    /// <inheritdoc/>
    public override void Backward(LayerPass pass)
    {
        if (pass.InputGradients[0] is { } inputGradient)
            Gradients.Add(pass.RequireOutputGradient(), inputGradient, pass.Workers);
    }
}
