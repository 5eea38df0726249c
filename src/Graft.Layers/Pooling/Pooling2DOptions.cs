namespace Graft.Layers.Pooling;

/// <summary>The window of a pooling layer, in pixels.</summary>
public sealed record Pooling2DOptions
{
    /// <summary>Height of the window.</summary>
    public required int Height { get; init; }

    /// <summary>Width of the window.</summary>
    public required int Width { get; init; }

    /// <summary>The distance between neighbouring windows, in both directions.</summary>
    public required int Stride { get; init; }

    /// <summary>The padding around the image.</summary>
    public Padding2D Padding { get; init; }

    /// <summary>
    /// Whether a last window that extends past the lower or right edge counts if it begins inside the image (PyTorch's
    /// and ONNX's <c>ceil_mode</c>). Otherwise the remaining pixels are ignored.
    /// </summary>
    public bool RoundUp { get; init; }
}
