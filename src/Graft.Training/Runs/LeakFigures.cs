namespace Graft.Training.Runs;

/// <summary>
/// Validation and test images whose picture is among the training images too, and what accuracy is without them; shares
/// from 0 to 1.
/// </summary>
public sealed record LeakFigures
{
    /// <summary>
    /// Validation images that show the same picture as a training image: the same file, encoded anew, resized or
    /// mirrored.
    /// </summary>
    public required int ValidationImages { get; init; }

    /// <summary>
    /// Top-1 accuracy on the other validation images; null where there is no leak, or no other image.
    /// </summary>
    public double? ValidationAccuracyWithout { get; init; }

    /// <summary>Test images that show the same picture as a training image.</summary>
    public required int TestImages { get; init; }

    /// <summary>Top-1 accuracy on the other test images; null where there is no leak, or no other image.</summary>
    public double? TestAccuracyWithout { get; init; }
}
