using Graft.Layers;
using Graft.Layers.Convolution;
using Graft.Layers.Linear;
using Graft.Layers.Networks;

namespace Graft.Models;

/// <summary>
/// The size of a network, computed from its layers. The weights are not accessed, so no memory is allocated for them.
/// </summary>
/// <param name="Parameters">
/// The number of trainable parameters: weights, biases, and the scales and shifts of batch normalisation.
/// </param>
/// <param name="Statistics">The number of running means and variances of batch normalisation.</param>
/// <param name="MultiplyAdds">
/// The number of multiply-adds for one image in convolutions and dense layers, as usually published (often called
/// operations or FLOPs). The other layers are negligible in comparison.
/// </param>
public sealed record NetworkCost(long Parameters, long Statistics, long MultiplyAdds)
{
    /// <summary>Computes the cost of a network.</summary>
    /// <param name="network">The network; its input size determines the multiply-adds.</param>
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
                // A dense layer maps each token.
                Dense dense => output.ElementCount / dense.Outputs * dense.Weight.Shape.ElementCount,
                _ => 0,
            };
        }

        return new(learned, statistics, operations);
    }
}
