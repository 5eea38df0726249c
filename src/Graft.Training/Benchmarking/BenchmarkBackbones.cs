using Graft.Features.Backbones;
using Graft.Layers.Networks;
using Graft.Models;
using Graft.Models.Downloads;
using Graft.Models.Networks;
using Graft.Models.Published;
using Graft.Models.Storage;

namespace Graft.Training.Benchmarking;

/// <summary>
/// The trunks that can be benchmarked: all architectures, with random weights so that nothing is downloaded, and
/// networks in files.
/// </summary>
public static class BenchmarkBackbones
{
    private const int UsualSize = 224;

    /// <summary>The names of the architectures, as in torchvision.</summary>
    public static IReadOnlyList<string> Names => [.. Architectures.All.Select(architecture => architecture.Name)];

    /// <summary>Builds a trunk with random weights, from RGB pixels of 0 to 255 to its usual features.</summary>
    /// <param name="name">One of <see cref="Names"/>, or a name in the catalogue.</param>
    /// <param name="imageSize">The height and width of the input in pixels.</param>
    /// <param name="seed">The seed of the weights.</param>
    /// <returns>The network; owned by the caller.</returns>
    /// <exception cref="ArgumentException">There is no such trunk, or the images are too small for it.</exception>
    public static Network Build(string name, int imageSize, ulong seed = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(imageSize);
        var architecture = Find(name);
        var network = architecture.BuildTrunk(architecture.Preprocessing.WithSize(imageSize));
        RandomWeights.Fill(network, seed);
        return network;
    }

    /// <summary>Whether a name is that of a trunk, or looks like that of a file.</summary>
    /// <param name="name">The name or path.</param>
    public static bool Knows(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return IsName(name) || IsFile(new() { Name = name });
    }

    /// <summary>Checks that the trunk exists, before anything is measured.</summary>
    /// <exception cref="ArgumentException">There is no such architecture.</exception>
    /// <exception cref="IOException">There is no such file.</exception>
    internal static void RequireKnown(BackboneSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (IsFile(source))
            NetworkFileKinds.Locate(source.Name);
        else
            _ = Find(source.Name);
    }

    /// <summary>Builds the trunk of a source, with its own weights if it has any, otherwise with random ones.</summary>
    internal static (string Name, Network Network) Build(BackboneSource source, int? imageSize)
    {
        if (source.Weights is null && !IsFile(source))
        {
            var network = Build(source.Name, imageSize ?? UsualSize);
            if (source.Cut is { } cut)
                Cut(source.Name, network, cut);
            return (Find(source.Name).Name, network);
        }

        // The default home will do: networks in files download nothing.
        var loader = new BackboneLoader(new ModelStore(GraftHome.Locate()));
        using var backbone = loader.Load(
            source with
            {
                Preprocessing = source.Preprocessing with { ImageSize = imageSize },
            },
            FeatureKind.AsNamed
        );
        return (backbone.Name, backbone.TakeNetwork());
    }

    private static void Cut(string name, Network network, string node)
    {
        if (network.Contains(node))
        {
            network.CutAt(node);
            return;
        }

        network.Dispose();
        throw new ArgumentException(
            $"The trunk of '{name}' has no node '{node}' to cut at; 'graft models info {name} --summary' lists them.",
            nameof(node)
        );
    }

    private static Architecture Find(string name) => Weights(name)?.Architecture ?? Architectures.Find(name);

    private static PretrainedInfo? Weights(string name) =>
        Catalogue.Standard.Models.FirstOrDefault(model =>
            model.OtherNames.Prepend(model.Name).Contains(name, StringComparer.OrdinalIgnoreCase)
        );

    private static bool IsFile(BackboneSource source) => source.IsFile(IsName);

    private static bool IsName(string name) =>
        Weights(name) is not null || Names.Contains(name, StringComparer.OrdinalIgnoreCase);
}
