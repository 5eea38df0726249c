namespace Graft.Weights.Onnx;

/// <summary>How the elements of an ONNX value lie, compared with the network's value that it stands for.</summary>
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
}

/// <summary>What a value of an ONNX graph stands for.</summary>
/// <param name="Node">The node of the network that computes it, or the network's input.</param>
/// <param name="Layout">How its elements lie.</param>
internal readonly record struct OnnxValue(string Node, OnnxLayout Layout);
