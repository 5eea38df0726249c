using Graft.Layers.Convolution;
using Graft.Layers.Linear;
using Graft.Tensors;

namespace Graft.Layers.Networks;

/// <summary>Random initial values of weights.</summary>
public static class Initializers
{
    /// <summary>
    /// Initialises the weights of all dense and convolution layers for ReLU: uniform in <c>+-sqrt(6 / inputs)</c> (He
    /// et al., "Delving Deep into Rectifiers", 2015); biases stay zero.
    /// </summary>
    /// <param name="network">The network, which is changed in place.</param>
    /// <param name="random">The random numbers, drawn in the order of the nodes.</param>
    public static void HeUniform(Network network, DeterministicRandom random)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(random);
        foreach (var node in network.Nodes)
        {
            var weight = node.Layer switch
            {
                Dense dense => dense.Weight,
                Convolution2D convolution => convolution.Weight,
                _ => null,
            };
            if (weight is null)
                continue;
            var limit = MathF.Sqrt(6f / (weight.Value.Length / weight.Value.Shape[^1]));
            foreach (ref var value in weight.Value.Span)
                value = ((2 * random.NextSingle()) - 1) * limit;
        }
    }
}
