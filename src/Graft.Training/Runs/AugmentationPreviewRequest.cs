using Graft.Imaging;
using Graft.Imaging.Augmentation;

namespace Graft.Training.Runs;

/// <summary>Which images to show with which augmentation.</summary>
public sealed record AugmentationPreviewRequest
{
    /// <summary>A folder of images, in classes or not, or one image.</summary>
    public required string Data { get; init; }

    /// <summary>The picture that is written: <c>.png</c>, <c>.jpg</c> or <c>.webp</c>.</summary>
    public string Output { get; init; } = "augmentation.png";

    /// <summary>How images are changed.</summary>
    public AugmentationOptions Augmentation { get; init; } = AugmentationOptions.Standard;

    /// <summary>How many images, one a row; spread over the folder.</summary>
    public int Images { get; init; } = 6;

    /// <summary>How many times each is augmented.</summary>
    public int Epochs { get; init; } = 7;

    /// <summary>The seed of what is drawn.</summary>
    public ulong Seed { get; init; }

    /// <summary>The catalogue's name of the trunk, whose preprocessing is used; its weights are not needed.</summary>
    public string Backbone { get; init; } = "resnet50";

    /// <summary>Height and width of the network's input in pixels; the weights' own when null.</summary>
    public int? ImageSize { get; init; }

    /// <summary>How pictures are brought to that size; the weights' own rule when null.</summary>
    public ResizeRule? Resize { get; init; }

    /// <summary>Limits on the size of images.</summary>
    public ImageLimits Limits { get; init; } = new();
}
