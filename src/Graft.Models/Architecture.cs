using Graft.Layers.Networks;

namespace Graft.Models;

/// <summary>
/// A network that can be built without any weights: what pretrained weights are for, and what is measured with random ones.
/// Immutable.
/// </summary>
public sealed record Architecture
{
    /// <summary>The name that commands take, torchvision's, for example <c>mobilenet_v2</c>.</summary>
    public required string Name { get; init; }

    /// <summary>A few words for people.</summary>
    public required string Title { get; init; }

    /// <summary>The paper that describes it.</summary>
    public required string Paper { get; init; }

    /// <summary>
    /// What is usually done to a picture before the network sees it, with the usual size. Weights may be made for another
    /// one, so it is theirs that counts where there are weights.
    /// </summary>
    public required Preprocessing Preprocessing { get; init; }

    /// <summary>
    /// Builds it with zero weights, from preprocessing (which sets the input's size) to 1,000 logits. The caller disposes
    /// the network.
    /// </summary>
    public required Func<Preprocessing, Network> Build { get; init; }

    /// <summary>
    /// Builds the part up to the first of <see cref="FeatureNodes"/>, with zero weights: nothing behind it takes memory. The
    /// caller disposes the network.
    /// </summary>
    public required Func<Preprocessing, Network> BuildTrunk { get; init; }

    /// <summary>The nodes whose output serves as features: the usual one first.</summary>
    public required IReadOnlyList<string> FeatureNodes { get; init; }

    /// <summary>The node that gives the logits.</summary>
    public required string LogitsNode { get; init; }
}
