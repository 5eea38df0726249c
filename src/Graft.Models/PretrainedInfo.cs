using Graft.Imaging;
using Graft.Layers.Networks;

namespace Graft.Models;

/// <summary>
/// The description of one set of pretrained weights: architecture, preprocessing, classes, licence and origin.
/// Immutable.
/// </summary>
public sealed record PretrainedInfo
{
    /// <summary>The name that commands take, for example <c>resnet50</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Other names that mean the same weights.</summary>
    public IReadOnlyList<string> OtherNames { get; init; } = [];

    /// <summary>A short title for display.</summary>
    public required string Title { get; init; }

    /// <summary>The preprocessing, with the size of the input.</summary>
    public required Preprocessing Preprocessing { get; init; }

    /// <summary>How many classes the weights distinguish.</summary>
    public required int ClassCount { get; init; }

    /// <summary>
    /// The class names in the order of the outputs; null when they come from the origin's own file or are unknown.
    /// </summary>
    public IReadOnlyList<string>? Labels { get; init; }

    /// <summary>What the weights were trained on.</summary>
    public required string TrainedOn { get; init; }

    /// <summary>
    /// The published top-1 accuracy on the training data's validation set, from 0 to 1; null when none is published.
    /// </summary>
    public double? PublishedAccuracy { get; init; }

    /// <summary>The licence of the weights, and its holder.</summary>
    public required string Licence { get; init; }

    /// <summary>Who made the weights, and how they are obtained.</summary>
    public required string Source { get; init; }

    /// <summary>The paper that describes the architecture.</summary>
    public string Paper => Architecture.Paper;

    /// <summary>Where the weights come from.</summary>
    public required WeightsOrigin Origin { get; init; }

    /// <summary>The network that the weights are for.</summary>
    public required Architecture Architecture { get; init; }

    /// <summary>Builds the architecture, without the weights.</summary>
    /// <param name="preprocessing">Sets the input's size.</param>
    /// <returns>A network that the caller disposes.</returns>
    public Network Build(Preprocessing preprocessing) => Architecture.Build(preprocessing, ClassCount);

    /// <summary>The nodes whose output serves as features: the pooled one first, then the last feature map.</summary>
    public IReadOnlyList<string> FeatureNodes => Architecture.FeatureNodes;
}
