using Graft.Tensors;

namespace Graft.Layers.Reshaping;

/// <summary>
/// Adds rows and columns of zeros around NHWC images: <c>[b, h, w, c]</c> to <c>[b, top + h + bottom, left + w + right,
/// c]</c>.
/// </summary>
public sealed class ZeroPadding2D : Layer
{
    /// <summary>Makes the layer.</summary>
    /// <param name="padding">The number of pixels on each side.</param>
    /// <exception cref="ArgumentOutOfRangeException">A side is negative.</exception>
    public ZeroPadding2D(Padding2D padding)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(
            Math.Min(Math.Min(padding.Top, padding.Bottom), Math.Min(padding.Left, padding.Right)),
            nameof(padding)
        );
        Padding = padding;
    }

    /// <summary>The number of pixels on each side.</summary>
    public Padding2D Padding { get; }

    /// <inheritdoc/>
    public override string Configuration => Padding.ToString();

    /// <inheritdoc/>
    public override BackwardReads BackwardReads => BackwardReads.Nothing;

    /// <inheritdoc/>
    public override Shape OutputShape(IReadOnlyList<Shape> inputs)
    {
        var input = inputs[0];
        if (input.Rank != 4)
            throw Unsuitable(input, "[batch, height, width, channels]");
        return new Shape(
            input[0],
            input[1] + Padding.Top + Padding.Bottom,
            input[2] + Padding.Left + Padding.Right,
            input[3]
        );
    }

    /// <inheritdoc/>
    public override Lowering Lower(IReadOnlyList<Shape> inputs) => new PaddingLowering(Padding);

    /// <inheritdoc/>
    public override void Forward(LayerPass pass)
    {
        pass.Output.Span.Clear();
        ForEachRow(pass.Input.Shape, pass.Output.Shape, pass.Workers, (inner, outer, length) =>
            pass.Input.Span.Slice(inner, length).CopyTo(pass.Output.Span.Slice(outer, length))
        );
    }

    /// <summary>The gradient of the pixels inside the padding.</summary>
    /// <inheritdoc/>
    public override void Backward(LayerPass pass)
    {
        if (pass.InputGradients[0] is not { } inputGradient)
            return;
        var gradient = pass.RequireOutputGradient();
        ForEachRow(pass.Input.Shape, pass.Output.Shape, pass.Workers, (inner, outer, length) =>
        {
            var from = gradient.Span.Slice(outer, length);
            var to = inputGradient.Span.Slice(inner, length);
            for (var i = 0; i < length; i++)
                to[i] += from[i];
        });
    }

    private void ForEachRow(Shape input, Shape output, WorkerPool workers, Action<int, int, int> row)
    {
        var length = input[2] * input[3];
        workers.Run(input[0] * input[1], (task, _) =>
        {
            var (image, y) = Math.DivRem(task, input[1]);
            var outer = ((((image * output[1]) + y + Padding.Top) * output[2]) + Padding.Left) * output[3];
            row(task * length, outer, length);
        });
    }
}
