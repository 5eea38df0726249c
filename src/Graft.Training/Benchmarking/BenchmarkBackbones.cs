using Graft.Layers.Networks;
using Graft.Models;

namespace Graft.Training.Benchmarking;

/// <summary>The trunks that can be benchmarked: every architecture, as random weights do and nothing is downloaded.</summary>
public static class BenchmarkBackbones
{
    /// <summary>The names, torchvision's.</summary>
    public static IReadOnlyList<string> Names => [.. Architectures.All.Select(architecture => architecture.Name)];

    /// <summary>Builds a trunk from RGB pixels of 0 to 255 to its usual features, with random weights.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="imageSize">Height and width of the input in pixels.</param>
    /// <param name="seed">What decides the weights.</param>
    /// <returns>A network that the caller disposes.</returns>
    /// <exception cref="ArgumentException">There is no such trunk, or the images are too small for it.</exception>
    public static Network Build(string name, int imageSize, ulong seed = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(imageSize);
        var architecture = Architectures.Find(name);
        var network = architecture.BuildTrunk(architecture.Preprocessing.WithSize(imageSize));
        RandomWeights.Fill(network, seed);
        return network;
    }
}
