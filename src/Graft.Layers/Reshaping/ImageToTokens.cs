using Graft.Tensors;

namespace Graft.Layers.Reshaping;

/// <summary>
/// Makes each pixel of a feature map a token, row by row: <c>[b, h, w, c]</c> to <c>[b, h * w, c]</c>. After a
/// convolution whose stride is its kernel, the tokens are embedded patches. Dosovitskiy et al., "An Image is Worth
/// 16x16 Words" (2020), section 3.1.
/// </summary>
public sealed class ImageToTokens : Layer
{
    /// <inheritdoc/>
    public override BackwardReads BackwardReads => BackwardReads.Nothing;

    /// <inheritdoc/>
    public override Shape OutputShape(IReadOnlyList<Shape> inputs)
    {
        var input = inputs[0];
        return input.Rank == 4
            ? new Shape(input[0], checked(input[1] * input[2]), input[3])
            : throw Unsuitable(input, "[batch, height, width, channels]");
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
