using Graft.Data;

namespace Graft.Training.Runs;

/// <summary>The result of an augmentation preview, as <c>graft data preview --json</c> prints it.</summary>
public sealed record AugmentationPreviewReport
{
    /// <summary>The preview file. Its first column shows the images without augmentation.</summary>
    public required string Output { get; init; }

    /// <summary>The width of the preview in pixels.</summary>
    public required int Width { get; init; }

    /// <summary>The height of the preview in pixels.</summary>
    public required int Height { get; init; }

    /// <summary>The names of the images, one per row.</summary>
    public required IReadOnlyList<string> Images { get; init; }

    /// <summary>The number of augmented versions of each image.</summary>
    public required int Epochs { get; init; }

    /// <summary>The augmentation settings that have an effect.</summary>
    public required string Augmentation { get; init; }

    /// <summary>The images that were skipped, with the reasons.</summary>
    public required IReadOnlyList<BadImage> BadImages { get; init; }
}
