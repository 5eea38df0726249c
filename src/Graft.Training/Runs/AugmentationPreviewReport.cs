using Graft.Data;

namespace Graft.Training.Runs;

/// <summary>What a preview of augmentation shows: what <c>graft data preview --json</c> prints.</summary>
public sealed record AugmentationPreviewReport
{
    /// <summary>The picture that was written. Its first column has the images as evaluation sees them.</summary>
    public required string Output { get; init; }

    /// <summary>Width of the picture in pixels.</summary>
    public required int Width { get; init; }

    /// <summary>Height of the picture in pixels.</summary>
    public required int Height { get; init; }

    /// <summary>The image of each row.</summary>
    public required IReadOnlyList<string> Images { get; init; }

    /// <summary>How many times each is augmented.</summary>
    public required int Epochs { get; init; }

    /// <summary>How, every setting that changes something.</summary>
    public required string Augmentation { get; init; }

    /// <summary>Images that were passed over, and why.</summary>
    public required IReadOnlyList<BadImage> BadImages { get; init; }
}
