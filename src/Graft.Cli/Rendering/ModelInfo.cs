using Graft.Layers;
using Graft.Layers.Networks;
using Graft.Learning.Heads;
using Graft.Models;

namespace Graft.Cli.Rendering;

/// <summary>The output of <c>models info --json</c>.</summary>
/// <param name="Architecture">The network.</param>
/// <param name="Head">The network with a head, where one was asked for.</param>
internal sealed record ModelInfo(ArchitectureDescription Architecture, HeadedModel? Head);

/// <summary>A network with a head in place of what is behind its features; everything but the head is frozen.</summary>
/// <param name="Head">Which head.</param>
/// <param name="Classes">How many classes.</param>
/// <param name="FeatureNode">The node that the head is put on.</param>
/// <param name="Parameters">How many numbers are learned, those of the frozen part included.</param>
/// <param name="TrainableParameters">How many of them training changes.</param>
internal sealed record HeadedModel(
    string Head,
    int Classes,
    string FeatureNode,
    long Parameters,
    long TrainableParameters
)
{
    /// <summary>Counts a network.</summary>
    public static HeadedModel Create(Network network, HeadSpecification head, int classes)
    {
        var learned = network
            .Nodes.SelectMany(node => node.Layer.Parameters)
            .Where(parameter => parameter.Role != ParameterRole.Buffer)
            .ToArray();
        return new(
            head.ToString(),
            classes,
            network.Nodes.Last(node => !node.Name.StartsWith("head.", StringComparison.Ordinal)).Name,
            learned.Sum(parameter => parameter.Shape.ElementCount),
            learned.Where(parameter => parameter.Trainable).Sum(parameter => parameter.Shape.ElementCount)
        );
    }
}
