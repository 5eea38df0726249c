namespace Graft.Imaging.Augmentation;

/// <summary>
/// A rectangle inside an image, in fractions of its width and height: 0 is left or top, 1 is right or bottom.
/// </summary>
/// <param name="Left">The left edge.</param>
/// <param name="Top">The upper edge.</param>
/// <param name="Width">The width, above 0.</param>
/// <param name="Height">The height, above 0.</param>
public readonly record struct UnitBox(double Left, double Top, double Width, double Height);
