using Graft.Tensors;

namespace Graft.Weights.Onnx.Graphs;

/// <summary>The layout of an ONNX value, compared with that of the network's value that it represents.</summary>
internal enum OnnxLayout
{
    /// <summary><c>[batch, values]</c>, as in the network.</summary>
    Rows,

    /// <summary><c>[batch, height, width, channels]</c>, as in the network.</summary>
    ChannelsLast,

    /// <summary><c>[batch, channels, height, width]</c>.</summary>
    ChannelsFirst,

    /// <summary><c>[batch, channels, 1, 1]</c> where the network has <c>[batch, channels]</c>.</summary>
    Pooled,

    /// <summary><c>[batch, tokens, channels]</c>, as in the network.</summary>
    Tokens,

    /// <summary><c>[batch, channels, tokens]</c>.</summary>
    TokensChannelsFirst,

    /// <summary>
    /// <c>[batch, values]</c> of an image that was flattened with its channels first. The network flattens it with its
    /// channels last, so the rows of a following dense layer's weight are reordered.
    /// </summary>
    FlattenedChannelsFirst,
}

/// <summary>The network's value that a value of an ONNX graph represents.</summary>
/// <param name="Node">The name of the network's node that computes the value, or of the network's input.</param>
/// <param name="Layout">The layout of the ONNX value.</param>
/// <param name="Image">
/// For <see cref="OnnxLayout.FlattenedChannelsFirst"/> the shape of the image before it was flattened,
/// <c>[height, width, channels]</c>; not used otherwise.
/// </param>
internal readonly record struct OnnxValue(string Node, OnnxLayout Layout, Shape? Image = null);
