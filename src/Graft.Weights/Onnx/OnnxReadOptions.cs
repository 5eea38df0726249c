namespace Graft.Weights.Onnx;

/// <summary>Options for reading an ONNX file. Immutable.</summary>
public sealed record OnnxReadOptions
{
    /// <summary>
    /// Height and width of the images in pixels, for files that leave them free; fixed sizes in the file take
    /// precedence.
    /// </summary>
    public (int Height, int Width)? ImageSize { get; init; }

    /// <summary>The graph's output to read up to, for files with several outputs; the only one by default.</summary>
    public string? OutputName { get; init; }
}
