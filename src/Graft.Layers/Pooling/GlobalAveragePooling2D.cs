using Graft.Tensors;

namespace Graft.Layers.Pooling;

/// <summary>
/// The mean of each channel over the whole image: <c>[b, h, w, c]</c> to <c>[b, c]</c>. Lin et al., "Network In
/// Network" (2013).
/// </summary>
public sealed class GlobalAveragePooling2D : GlobalAveragePooling
{
    /// <inheritdoc/>
    public override Shape OutputShape(IReadOnlyList<Shape> inputs)
    {
        var input = inputs[0];
        return input.Rank == 4 && input[1] > 0 && input[2] > 0
            ? new Shape(input[0], input[3])
            : throw Unsuitable(input, "[batch, height, width, channels]");
    }
}
