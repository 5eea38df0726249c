using Graft.Imaging;
using Graft.Layers.Networks;
using Graft.Layers.Normalization;
using Graft.Layers.Pooling;
using Graft.Models;

namespace Graft.Features.Backbones;

/// <summary>
/// A network with its weights before it is cut, from preprocessing to its own classifier. Owns the network until it is
/// cut.
/// </summary>
internal sealed class WholeNetwork : IDisposable
{
    /// <summary>The names of the nodes that heads and classifiers add.</summary>
    private static readonly string[] Reserved = ["head", "probabilities"];

    private readonly Architecture? _architecture;
    private bool _isTaken;

    private WholeNetwork(string name, Network network, Architecture? architecture, string features)
    {
        Name = name;
        Network = network;
        _architecture = architecture;
        Features = features;
    }

    /// <summary>The name in reports and saved models; never a path.</summary>
    public string Name { get; }

    /// <summary>The network, from RGB pixels of 0 to 255 to its own output.</summary>
    public Network Network { get; }

    /// <summary>The default node of pooled features; it need not exist in networks that do not pool.</summary>
    public string Features { get; }

    /// <summary>The node whose output is the last feature map, or the last tokens; null if there is none.</summary>
    public string? Map => _architecture?.SpatialFeatures ?? ClassifierCut.FindMap(Network, Features);

    /// <summary>The kind of source that the network came from, for the user.</summary>
    public required string Format { get; init; }

    /// <summary>The preprocessing; its arithmetic is the network's first layer.</summary>
    public required Preprocessing Preprocessing { get; init; }

    /// <summary>Where the preprocessing comes from.</summary>
    public required PreprocessingOrigin Origin { get; init; }

    /// <summary>The licence of the weights, and its holder; null if none was stated.</summary>
    public string? Licence { get; init; }

    /// <summary>A network of an architecture that Graft knows.</summary>
    public static WholeNetwork Known(
        string name,
        Network network,
        Architecture architecture,
        Preprocessing preprocessing,
        PreprocessingOrigin origin,
        string format,
        string? licence
    ) =>
        new(name, network, architecture, architecture.PooledFeatures)
        {
            Preprocessing = preprocessing,
            Origin = origin,
            Format = format,
            Licence = licence,
        };

    /// <summary>Takes over a network from a file, and puts preprocessing before it if the file has none.</summary>
    /// <param name="name">The name.</param>
    /// <param name="network">The network of the file, whose layers are taken over.</param>
    /// <param name="stated">What the file states.</param>
    /// <param name="changes">The changes that the user sets.</param>
    /// <exception cref="ArgumentException">The user sets a preprocessing, but the file has its own.</exception>
    public static WholeNetwork Foreign(string name, Network network, StatedInFile stated, PreprocessingChanges changes)
    {
        // The size is that of the network; reading has checked it against the size that was set.
        changes = changes with { ImageSize = null };
        var (height, width) = (network.InputShape[0], network.InputShape[1]);
        if (stated.Preprocessing is not null && changes.StateArithmetic)
            throw new ArgumentException(
                $"'{name}' has its own preprocessing ({stated.Preprocessing}). Leave out the options that set "
                    + $"another one."
            );
        var hasArithmetic =
            stated.Preprocessing is not null
            || network.Nodes.Any(node => node.Layer is ChannelNormalization && node.Inputs[0] == Network.InputName);
        var preset = hasArithmetic ? PreprocessingPreset.Pixels : stated.Usual;
        var basis = stated.Preprocessing ?? Sized(PreprocessingChanges.From(preset, height), width);
        var preprocessing = changes.Apply(basis);
        var origin =
            stated.Preprocessing is not null ? PreprocessingOrigin.File
            : changes.StateArithmetic ? PreprocessingOrigin.Options
            : hasArithmetic ? PreprocessingOrigin.File
            : PreprocessingOrigin.Assumed;
        var features = stated.Features is { } node && network.Contains(node) ? node : ClassifierCut.Find(network);
        var whole = Renamed(network, stated.Preprocessing is null ? preprocessing : null, out var rename);
        return new(name, whole, null, rename(features))
        {
            Preprocessing = preprocessing,
            Origin = origin,
            Format = stated.Format,
        };
    }

    /// <summary>Cuts the network and returns its trunk.</summary>
    /// <param name="cut">The node whose output is the features; found automatically when null.</param>
    /// <param name="kind">The kind of features.</param>
    /// <returns>The trunk, owned by the caller.</returns>
    /// <exception cref="ArgumentException">
    /// There is no such node, or neither a feature map nor tokens; the message names candidates.
    /// </exception>
    public Network Cut(string? cut, FeatureKind kind)
    {
        var node = cut
            ?? (kind == FeatureKind.Spatial ? Map : Features)
            ?? throw new ArgumentException(
                $"'{Name}' has no feature map [height, width, channels] and no tokens [tokens, channels]; one of them "
                    + "is needed here. Use a head that takes pooled features, such as linear."
            );
        if (_architecture is not null && node == _architecture.PooledFeatures)
            _architecture.CutAtFeatures(Network, node);
        else if (Network.Contains(node))
            Network.CutAt(node);
        else
            throw new ArgumentException(
                $"'{Name}' has no node '{node}' to cut at. {ClassifierCut.Candidates(Network, node)}"
            );
        if (kind == FeatureKind.Pooled && Network.OutputShape.Rank is 2 or 3)
            Network.Add($"{node}.mean", GlobalAveragePooling.For(Network.OutputShape));
        _isTaken = true;
        return Network;
    }

    /// <summary>The architecture's stages from which on a trunk has parameters.</summary>
    public IReadOnlyList<NetworkStage> StagesOf(Network trunk) =>
        [
            .. (_architecture?.Stages ?? []).Where(stage =>
                trunk.Nodes.SkipWhile(node => node.Name != stage.FirstNode).Any(node => node.Layer.Parameters.Count > 0)
            ),
        ];

    /// <summary>Frees the network unless it was cut.</summary>
    public void Dispose()
    {
        if (!_isTaken)
            Network.Dispose();
    }

    private static Preprocessing Sized(Preprocessing square, int width) =>
        width == square.Width ? square : square with { Width = width, Resize = ResizeRule.Stretch, ShorterSide = null };

    /// <summary>The same nodes behind preprocessing, with names that do not clash with those of heads.</summary>
    private static Network Renamed(Network network, Preprocessing? preprocessing, out Func<string, string> rename)
    {
        var first = network.Contains("preprocessing") ? "graft.preprocessing" : "preprocessing";
        var whole = new Network(network.InputShape);
        if (preprocessing is not null && preprocessing.ToLayer() is { } layer && !IsIdentity(layer))
            whole.Add(first, layer);
        var input = whole.OutputName;
        Func<string, string> renamed = name =>
            name == Network.InputName ? input
            : Reserved.Any(word => name == word || name.StartsWith($"{word}.", StringComparison.Ordinal))
                ? $"trunk.{name}"
            : name;
        foreach (var node in network.Nodes)
            whole.Add(renamed(node.Name), node.Layer, [.. node.Inputs.Select(renamed)]);
        rename = renamed;
        return whole;
    }

    private static bool IsIdentity(ChannelNormalization layer) =>
        !layer.Reverse
        && layer.Scale == 1
        && layer.Mean.All(mean => mean == 0)
        && layer.Deviation.All(deviation => deviation == 1);
}
