using Graft.Tensors;

namespace Graft.Layers.Pooling;

/// <summary>The mean of each channel over all tokens: <c>[b, tokens, c]</c> to <c>[b, c]</c>.</summary>
public sealed class GlobalAveragePooling1D : GlobalAveragePooling
{
    /// <inheritdoc/>
    public override Shape OutputShape(IReadOnlyList<Shape> inputs)
    {
        var input = inputs[0];
        return input.Rank == 3 && input[1] > 0
            ? new Shape(input[0], input[2])
            : throw Unsuitable(input, "[batch, tokens, channels]");
    }
}
