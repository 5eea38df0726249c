namespace Graft.Imaging.Augmentation;

/// <summary>
/// The views of an image whose predictions are averaged in test-time augmentation. They are fixed, not random.
/// </summary>
public static class TestTimeViews
{
    /// <summary>The magnification of all views but the image and its flip.</summary>
    private const double Magnification = 1.125;

    /// <summary>
    /// The shift, as a fraction of the size, that puts an edge of the magnified image at the edge of the view.
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

    /// <summary>The largest number of views.</summary>
    public static int MaximumCount => Parts.Length * 2;

    /// <summary>
    /// The first views: the image and its horizontal flip, then both again for its centre and its four corners.
    /// </summary>
    /// <param name="count">How many, 1 to <see cref="MaximumCount"/>; even numbers treat left and right alike.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The count is less than 1 or more than <see cref="MaximumCount"/>.
    /// </exception>
    public static IReadOnlyList<ImageTransform> First(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, MaximumCount);
        return [.. Enumerable.Range(0, count).Select(i => Parts[i / 2] with { FlipHorizontally = i % 2 == 1 })];
    }
}
