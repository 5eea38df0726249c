namespace Graft.Imaging.Augmentation;

/// <summary>
/// The views of an image whose predictions are averaged in test-time augmentation. They are fixed, not random.
/// </summary>
public static class TestTimeViews
{
    /// <summary>Magnification of the later views.</summary>
    private const double Magnification = 1.125;

    /// <summary>
    /// How far the magnified image is moved, in parts of the size, so that a side of it meets the side of the view.
    /// </summary>
    private const double ToTheSide = (Magnification - 1) / 2;

    private static readonly ImageTransform[] Parts =
    [
        ImageTransform.Identity,
        new() { Magnification = Magnification },
        new()
        {
            Magnification = Magnification,
            ShiftRight = ToTheSide,
            ShiftDown = ToTheSide,
        },
        new()
        {
            Magnification = Magnification,
            ShiftRight = -ToTheSide,
            ShiftDown = -ToTheSide,
        },
        new()
        {
            Magnification = Magnification,
            ShiftRight = -ToTheSide,
            ShiftDown = ToTheSide,
        },
        new()
        {
            Magnification = Magnification,
            ShiftRight = ToTheSide,
            ShiftDown = -ToTheSide,
        },
    ];

    /// <summary>How many views there are at the most.</summary>
    public static int MaximumCount => Parts.Length * 2;

    /// <summary>
    /// The first views: the image and its horizontal flip, then both again for its centre and its four corners.
    /// </summary>
    /// <param name="count">How many, 1 to <see cref="MaximumCount"/>; even numbers treat left and right alike.</param>
    /// <exception cref="ArgumentOutOfRangeException">Fewer bytes remain.</exception>
    public static IReadOnlyList<ImageTransform> First(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, MaximumCount);
        return [.. Enumerable.Range(0, count).Select(i => Parts[i / 2] with { FlipHorizontally = i % 2 == 1 })];
    }
}
