using Graft.Layers;
using Graft.Layers.Activations;
using Graft.Layers.Convolution;
using Graft.Layers.Inference;
using Graft.Layers.Merging;
using Graft.Layers.Networks;
using Graft.Layers.Normalization;
using Graft.Layers.Regularization;
using Graft.Tensors;

namespace Graft.Training.Benchmarking;

/// <summary>
/// Random weights that keep the values in a network at an ordinary magnitude from end to end, as trained weights do.
/// There are no zeros, infinities or subnormal numbers, which would change the speed.
/// </summary>
public static class RandomWeights
{
    /// <summary>Fills all parameters of a network.</summary>
    /// <param name="network">The network; its input is pixels of 0 to 255. Changed in place.</param>
    /// <param name="seed">The seed; it gives the same numbers on every machine.</param>
    /// <remarks>
    /// Kernels are uniform in <c>+-sqrt(6 / inputs)</c>, which keeps the magnitude of values through a ReLU (He et al.,
    /// 2015); the first kernel also scales pixels to that magnitude. Batch normalisations are close to the identity,
    /// except at the end of a residual branch, where they are small so that sums do not grow from block to block.
    /// Kernels behind other layers than a ReLU are scaled by the effect of that layer on the magnitude.
    /// </remarks>
    public static void Fill(Network network, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(network);
        var random = new DeterministicRandom(seed);
        var added = network
            .Nodes.Where(node => node.Layer is Add or StochasticDepth)
            .SelectMany(node => node.Inputs)
            .ToHashSet(StringComparer.Ordinal);
        var isFirst = true;
        foreach (var node in network.Nodes)
        {
            var scale = node.Layer is BatchNormalization && added.Contains(node.Name) ? 0.3f : 1;
            var gain = node.Inputs[0] == Network.InputName ? 1 : Gain(network[node.Inputs[0]].Layer);
            foreach (var parameter in node.Layer.Parameters)
            {
                var (centre, reach) = parameter.Role switch
                {
                    ParameterRole.Weight => (
                        0,
                        gain * MathF.Sqrt(6f / Inputs(parameter.Value)) / (isFirst ? Size(network, node.Inputs[0]) : 1)
                    ),
                    ParameterRole.Scale => (scale, scale / 10),
                    ParameterRole.Buffer when parameter.Name.Contains("var", StringComparison.Ordinal) => (1, 0.1f),
                    _ => (0f, 0.1f),
                };
                isFirst &= parameter.Role != ParameterRole.Weight;
                foreach (ref var value in parameter.Value.Span)
                    value = centre + (reach * ((2 * random.NextSingle()) - 1));
            }
        }
    }

    /// <summary>Makes images of random noise: RGB pixels, whole numbers of 0 to 255.</summary>
    /// <param name="batch">The number of images.</param>
    /// <param name="shape">The shape of one image, <c>[height, width, 3]</c>.</param>
    /// <param name="seed">The seed of the pixels.</param>
    /// <returns><c>[batch, height, width, 3]</c>; owned by the caller.</returns>
    public static Tensor Pixels(int batch, Shape shape, ulong seed = 2)
    {
        var pixels = Tensor.Uninitialized(new Shape([batch, .. shape.Dimensions]));
        var random = new DeterministicRandom(seed);
        foreach (ref var value in pixels.Span)
            value = random.NextInt(256);
        return pixels;
    }

    /// <summary>
    /// The factor for a kernel behind a layer, relative to a kernel behind a ReLU. It keeps the root mean square of
    /// values, assuming normally distributed values of root mean square 1/2 before the layer. A ReLU scales the root
    /// mean square by <c>sqrt(1/2)</c>.
    /// </summary>
    private static float Gain(Layer layer) =>
        layer switch
        {
            // Behind another kernel, as in a separable convolution, nothing is lost.
            Convolution2D => 0.7071f,
            Swish or HardSwish => 1.33f,
            // The factors of squeeze-and-excitation are about 1/2, and its input comes from one of these activations.
            Multiply => 2 * 1.33f,
            _ => 1,
        };

    /// <summary>The number of products that add up to one output.</summary>
    private static int Inputs(Tensor weight) => Math.Max(1, weight.Length / weight.Shape[^1]);

    /// <summary>
    /// The root mean square of a node's output for random pixels: only preprocessing comes before the first kernel.
    /// </summary>
    private static float Size(Network network, string node)
    {
        using var pixels = Pixels(1, network.InputShape);
        if (node == Network.InputName)
            return MathF.Sqrt(MeanSquare(pixels));
        using var workers = new WorkerPool(1);
        using var plan = InferencePlan.Compile(network, node);
        using var runner = plan.CreateRunner(1, workers);
        using var values = runner.Run(pixels);
        return MathF.Sqrt(MeanSquare(values));
    }

    private static float MeanSquare(Tensor tensor)
    {
        var sum = 0.0;
        foreach (var value in tensor.Span)
            sum += (double)value * value;
        return (float)Math.Max(1e-6, sum / tensor.Length);
    }
}
