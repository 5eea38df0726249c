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
/// Random weights under which a network computes with numbers of ordinary size from end to end, as it does with trained
/// ones: neither zeros, nor infinities, nor the tiny numbers that processors are slow at.
/// </summary>
public static class RandomWeights
{
    /// <summary>Fills every parameter of a network.</summary>
    /// <param name="network">The network, whose input is pixels of 0 to 255; changed in place.</param>
    /// <param name="seed">What decides the numbers; the same everywhere.</param>
    /// <remarks>
    /// Kernels are uniform in <c>+-sqrt(6 / inputs)</c>, which keeps the size of values through a ReLU (He et al.,
    /// 2015); the first one also brings pixels to that size. Normalisations are near the identity, but for those that
    /// end the branch of a residual block: they are small, so that sums do not grow from block to block. Kernels behind
    /// anything but a ReLU are larger or smaller by what that takes from values of ordinary size.
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

    /// <summary>Images of seeded noise: RGB pixels of 0 to 255, whole numbers.</summary>
    /// <param name="batch">How many.</param>
    /// <param name="shape">The shape of one, <c>[height, width, 3]</c>.</param>
    /// <param name="seed">What decides the pixels.</param>
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
    /// What the size of values behind a layer, for normally distributed ones of size 1/2 before it, asks of a kernel
    /// that takes them, relative to a ReLU, which leaves <c>sqrt(1/2)</c> of it.
    /// </summary>
    private static float Gain(Layer layer) =>
        layer switch
        {
            // Another kernel, as in a separable convolution, leaves all.
            Convolution2D => 0.7071f,
            Swish or HardSwish => 1.33f,
            // Factors of an excitation are about a half, and come behind an activation of these kinds.
            Multiply => 2 * 1.33f,
            _ => 1,
        };

    /// <summary>How many products add up to one output.</summary>
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
