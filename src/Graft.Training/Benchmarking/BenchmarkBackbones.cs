using Graft.Layers.Networks;
using Graft.Models;

namespace Graft.Training.Benchmarking;

/// <summary>The trunks that can be benchmarked, by torchvision's names; random weights do, so nothing is downloaded.</summary>
public static class BenchmarkBackbones
{
    private static readonly SortedDictionary<string, Func<int, Network>> Builders = new(StringComparer.Ordinal)
    {
        ["resnet50"] = size => CutAt(ResNet.Build50(Preprocessing.Caffe(size)), ResNet.PooledFeatures),
    };

    /// <summary>The names, in ordinal order.</summary>
    public static IReadOnlyList<string> Names => [.. Builders.Keys];

    /// <summary>Builds a trunk from RGB pixels of 0 to 255 to features, with random weights.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="imageSize">Height and width of the input in pixels.</param>
    /// <param name="seed">What decides the weights.</param>
    /// <returns>A network that the caller disposes.</returns>
    /// <exception cref="ArgumentException">There is no such trunk, or the images are too small for it.</exception>
    public static Network Build(string name, int imageSize, ulong seed = 1)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(imageSize);
        if (!Builders.TryGetValue(name, out var build))
            throw new ArgumentException($"Benchmark: there is no backbone '{name}'. There are: {string.Join(", ", Names)}.", nameof(name));
        var network = build(imageSize);
        RandomWeights.Fill(network, seed);
        return network;
    }

    private static Network CutAt(Network network, string node)
    {
        network.CutAt(node);
        return network;
    }
}
