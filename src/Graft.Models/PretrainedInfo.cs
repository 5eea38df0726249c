using Graft.Imaging;
using Graft.Layers.Networks;

namespace Graft.Models;

/// <summary>
/// The description of one set of pretrained weights: architecture, preprocessing, classes, licence and origin.
/// Immutable.
/// </summary>
public sealed record PretrainedInfo
{
    /// <summary>The name that commands accept, for example <c>resnet50</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Other names of the same weights.</summary>
    public IReadOnlyList<string> OtherNames { get; init; } = [];

    /// <summary>A short title for display.</summary>
    public required string Title { get; init; }

    /// <summary>The preprocessing, with the input size.</summary>
    public required Preprocessing Preprocessing { get; init; }

    /// <summary>
    /// The number of classes that the weights distinguish; 0 if they have no classifier, so that the network ends in
    /// its features.
    /// </summary>
    public required int ClassCount { get; init; }

    /// <summary>
    /// The class names in the order of the outputs; null if they come from a file of the origin, or are unknown.
    /// </summary>
    public IReadOnlyList<string>? Labels { get; init; }

    /// <summary>What the weights were trained on.</summary>
    public required string TrainedOn { get; init; }

    /// <summary>
    /// The published top-1 accuracy on the training data's validation set, from 0 to 1; null if none is published.
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

    /// <summary>The architecture that the weights are for.</summary>
    public required Architecture Architecture { get; init; }

    /// <summary>Builds the network, without the weights.</summary>
    /// <param name="preprocessing">The preprocessing, which sets the input size.</param>
    /// <returns>A network that the caller disposes.</returns>
    public Network Build(Preprocessing preprocessing) =>
        ClassCount == 0 ? Architecture.BuildTrunk(preprocessing) : Architecture.Build(preprocessing, ClassCount);

    /// <summary>The nodes whose output can serve as features, the usual one first.</summary>
    public IReadOnlyList<string> FeatureNodes => Architecture.FeatureNodes;
}
