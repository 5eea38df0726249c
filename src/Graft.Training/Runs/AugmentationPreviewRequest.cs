using Graft.Imaging;
using Graft.Imaging.Augmentation;

namespace Graft.Training.Runs;

/// <summary>The images and the augmentation to preview.</summary>
public sealed record AugmentationPreviewRequest
{
    /// <summary>A folder of images, with or without class folders, or a single image.</summary>
    public required string Data { get; init; }

    /// <summary>The file to write: <c>.png</c>, <c>.jpg</c> or <c>.webp</c>.</summary>
    public string Output { get; init; } = "augmentation.png";

    /// <summary>The augmentation settings.</summary>
    public AugmentationOptions Augmentation { get; init; } = AugmentationOptions.Standard;

    /// <summary>The number of images, spread over the folder; one per row.</summary>
    public int Images { get; init; } = 6;

    /// <summary>The number of augmented versions of each image.</summary>
    public int Epochs { get; init; } = 7;

    /// <summary>The seed of the random augmentation.</summary>
    public ulong Seed { get; init; }

    /// <summary>The trunk's name in the catalogue. Its preprocessing is used; its weights are not needed.</summary>
    public string Backbone { get; init; } = "resnet50";

    /// <summary>The height and width of the network's input in pixels; null for the weights' default.</summary>
    public int? ImageSize { get; init; }

    /// <summary>The rule for resizing images to that size; null for the weights' default.</summary>
    public ResizeRule? Resize { get; init; }

    /// <summary>Limits on the size of images.</summary>
    public ImageLimits Limits { get; init; } = new();
}
