using Graft.Layers;
using Graft.Layers.Networks;
using Graft.Learning.Heads;
using Graft.Models;

namespace Graft.Cli.Rendering;

/// <summary>The output of <c>models info --json</c>.</summary>
/// <param name="Architecture">The network.</param>
/// <param name="Head">The network with a new head; null unless <c>--head</c> was given.</param>
internal sealed record ModelInfo(ArchitectureDescription Architecture, HeadedModel? Head);

/// <summary>A network with a new head in place of its classifier; everything but the head is frozen.</summary>
/// <param name="Head">The head's specification.</param>
/// <param name="Classes">The number of classes.</param>
/// <param name="FeatureNode">The node whose output the head takes.</param>
/// <param name="Parameters">The number of parameters, without buffers; frozen ones are included.</param>
/// <param name="TrainableParameters">The number of parameters that training changes.</param>
internal sealed record HeadedModel(
    string Head,
    int Classes,
    string FeatureNode,
    long Parameters,
    long TrainableParameters
)
{
    /// <summary>Counts the parameters of a network with a head.</summary>
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
