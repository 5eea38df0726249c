using Graft.Imaging;

namespace Graft.Training.DataChecks;

/// <summary>How photos are looked at to compare them.</summary>
public sealed record ExaminationOptions
{
    /// <summary>
    /// The catalogue's name of the trunk whose features are compared; the one that is trained with costs nothing.
    /// </summary>
    public string Backbone { get; init; } = "resnet50";

    /// <summary>Height and width of the network's input in pixels; the weights' own when null.</summary>
    public int? ImageSize { get; init; }

    /// <summary>
    /// Whether photos are only decoded, and no network looks at them: the same image is still found, other shots of
    /// the same thing and suspected labels are not.
    /// </summary>
    public bool WithoutFeatures { get; init; }

    /// <summary>Whether convolutions are plain sums, as <see cref="Layers.Inference.PlanOptions.Exact"/>.</summary>
    public bool Exact { get; init; }

    /// <summary>Limits on the size of images.</summary>
    public ImageLimits Limits { get; init; } = new();
}
