namespace Graft.Training.Runs;

/// <summary>
/// The numbers of validation and test images that duplicate a training image, and the accuracy without them. Shares
/// range from 0 to 1.
/// </summary>
public sealed record LeakFigures
{
    /// <summary>
    /// The number of validation images that duplicate a training image: the same file, or re-encoded, resized or
    /// flipped.
    /// </summary>
    public required int ValidationImages { get; init; }

    /// <summary>Top-1 accuracy on the other validation images; null if there is no leak or no other image.</summary>
    public double? ValidationAccuracyWithout { get; init; }

    /// <summary>The number of test images that duplicate a training image.</summary>
    public required int TestImages { get; init; }

    /// <summary>Top-1 accuracy on the other test images; null if there is no leak or no other image.</summary>
    public double? TestAccuracyWithout { get; init; }
}
