namespace Graft.Layers;

/// <summary>Rows and columns of zeros around an image, in pixels; none is negative.</summary>
/// <param name="Top">Rows above.</param>
/// <param name="Left">Columns before.</param>
/// <param name="Bottom">Rows below.</param>
/// <param name="Right">Columns after.</param>
public readonly record struct Padding2D(int Top, int Left, int Bottom, int Right)
{
    /// <summary>No padding (Keras: valid).</summary>
    public static Padding2D None => default;

    /// <summary>The same number of pixels on all four sides (PyTorch's padding).</summary>
    /// <param name="pixels">The number of pixels, 0 or more.</param>
    public static Padding2D Around(int pixels) => new(pixels, pixels, pixels, pixels);

    /// <summary>Whether there is no padding at all.</summary>
    public bool IsNone => this == default;

    /// <summary>The sum of two paddings.</summary>
    /// <param name="other">The padding around this one.</param>
    public Padding2D Plus(Padding2D other) =>
        new(Top + other.Top, Left + other.Left, Bottom + other.Bottom, Right + other.Right);
}
