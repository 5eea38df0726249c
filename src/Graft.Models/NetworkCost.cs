using Graft.Layers;
using Graft.Layers.Convolution;
using Graft.Layers.Linear;
using Graft.Layers.Networks;

namespace Graft.Models;

/// <summary>
/// How large a network is, computed from its layers. Counting looks at no weights, so it takes no memory for them.
/// </summary>
/// <param name="Parameters">
/// Numbers that are learned: weights, biases, and batch normalisation's factors and addends.
/// </param>
/// <param name="Statistics">Running means and variances of batch normalisation.</param>
/// <param name="MultiplyAdds">
/// Pairs of a multiplication and an addition for one image in convolutions and dense layers, as they are usually
/// published (often called operations, or FLOPs); everything else is little beside them.
/// </param>
public sealed record NetworkCost(long Parameters, long Statistics, long MultiplyAdds)
{
    /// <summary>Counts.</summary>
    /// <param name="network">The network; its input's size decides the operations.</param>
    public static NetworkCost Compute(Network network)
    {
        ArgumentNullException.ThrowIfNull(network);
        long learned = 0,
            statistics = 0,
            operations = 0;
        foreach (var node in network.Nodes)
        {
            foreach (var parameter in node.Layer.Parameters)
            {
                if (parameter.Role == ParameterRole.Buffer)
                    statistics += parameter.Shape.ElementCount;
                else
                    learned += parameter.Shape.ElementCount;
            }

            var output = network.ShapeOf(node.Name);
            operations += node.Layer switch
            {
                Convolution2D convolution => output[0] * (long)output[1] * convolution.Weight.Shape.ElementCount,
                Dense dense => dense.Weight.Shape.ElementCount,
                _ => 0,
            };
        }

        return new(learned, statistics, operations);
    }
}
