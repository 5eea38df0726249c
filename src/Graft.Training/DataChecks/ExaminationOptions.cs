using Graft.Engines;
using Graft.Imaging;

namespace Graft.Training.DataChecks;

/// <summary>The settings for comparing images.</summary>
public sealed record ExaminationOptions
{
    /// <summary>
    /// The catalogue's name of the trunk whose features are compared. If the same trunk is trained with, its features
    /// are computed only once.
    /// </summary>
    public string Backbone { get; init; } = "resnet50";

    /// <summary>The height and width of the network's input in pixels; null for the weights' default.</summary>
    public int? ImageSize { get; init; }

    /// <summary>
    /// Whether images are compared without features, so that no network is run. Duplicates are still found; other
    /// shots of the same thing and suspected labels are not.
    /// </summary>
    public bool WithoutFeatures { get; init; }

    /// <summary>What runs the trunk; Graft's own engine by default.</summary>
    public IEngine Engine { get; init; } = GraftEngine.Default;

    /// <summary>Limits on the size of images.</summary>
    public ImageLimits Limits { get; init; } = new();
}
