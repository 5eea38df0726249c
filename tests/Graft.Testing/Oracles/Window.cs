using Graft.Layers;

namespace Graft.Testing.Oracles;

/// <summary>A window that slides over images.</summary>
/// <param name="Height">Its rows.</param>
/// <param name="Width">Its columns.</param>
public sealed record Window(int Height, int Width)
{
    public int StrideHeight { get; init; } = 1;

    public int StrideWidth { get; init; } = 1;

    public int DilationHeight { get; init; } = 1;

    public int DilationWidth { get; init; } = 1;

    public Padding2D Padding { get; init; }

    /// <summary>How many places the window has along a side: counted one by one.</summary>
    public int OutputHeight(int inputHeight) =>
        Places(inputHeight + Padding.Top + Padding.Bottom, Height, StrideHeight, DilationHeight);

    /// <inheritdoc cref="OutputHeight"/>
    public int OutputWidth(int inputWidth) =>
        Places(inputWidth + Padding.Left + Padding.Right, Width, StrideWidth, DilationWidth);

    private static int Places(int padded, int size, int stride, int dilation)
    {
        var places = 0;
        for (var first = 0; first + ((size - 1) * dilation) < padded; first += stride)
            places++;
        return places;
    }
}
