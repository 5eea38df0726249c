using Graft.Classification;
using Graft.Engines;
using Graft.Imaging;
using Graft.Layers.Inference;
using Graft.Layers.Networks;
using Graft.Models;
using Graft.Models.Downloads;
using Graft.Models.Storage;
using Graft.Tensors;

namespace Graft.Features.Backbones;

/// <summary>
/// A pretrained trunk: a network from RGB pixels to features, with the preprocessing that belongs to its weights. It
/// owns the network until <see cref="TakeNetwork"/>. Thread-safe for reading.
/// </summary>
public sealed class Backbone : IDisposable
{
    private Lazy<ICompiledNetwork> _compiled;
    private readonly Lazy<string> _digest;
    private Network? _network;

    /// <summary>Makes a backbone from a network whose output is the features.</summary>
    /// <param name="name">The catalogue's name, for provenance.</param>
    /// <param name="network">The trunk, which the backbone owns from now on.</param>
    /// <param name="preprocessing">The preprocessing; its arithmetic is the first layer of the network.</param>
    public Backbone(string name, Network network, Preprocessing preprocessing)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(preprocessing);
        Name = name;
        _network = network;
        Preprocessing = preprocessing;
        Node = network.OutputName;
        FeatureShape = network.OutputShape;
        _compiled = new(Compile);
        _digest = new(() => NetworkDigest.Compute(Network, Node));
    }

    /// <summary>The name of the weights, the catalogue's or the user's own.</summary>
    public string Name { get; }

    /// <summary>The preprocessing of images for the network.</summary>
    public Preprocessing Preprocessing { get; }

    /// <summary>The node whose output is the features.</summary>
    public string Node { get; }

    /// <summary>The trunk, from RGB pixels of 0 to 255 to features.</summary>
    /// <exception cref="InvalidOperationException">The network was taken or freed.</exception>
    public Network Network =>
        _network
        ?? throw new InvalidOperationException(
            "The backbone's network was taken to build a classifier, or freed when it was compiled; load the "
                + "backbone again."
        );

    /// <summary>The shape of the features of one image.</summary>
    public Shape FeatureShape { get; }

    /// <summary>What runs the trunk; Graft's own engine by default.</summary>
    public IEngine Engine { get; init; } = GraftEngine.Default;

    /// <summary>
    /// Whether the network is freed when it is compiled, so that weights are in memory only once. The network cannot
    /// be taken afterwards.
    /// </summary>
    public bool OnlyRuns { get; init; }

    /// <summary>The licence of the weights, and its holder; null if none was stated.</summary>
    public string? Licence { get; init; }

    /// <summary>Where the <see cref="Preprocessing"/> comes from.</summary>
    public PreprocessingOrigin PreprocessingOrigin { get; init; }

    /// <summary>
    /// The architecture's stages that have parameters in the trunk; empty for networks of no known architecture.
    /// </summary>
    public IReadOnlyList<NetworkStage> Stages { get; init; } = [];

    /// <summary>The digest of the weights and of the architecture up to the features.</summary>
    public string Digest => _digest.Value;

    /// <summary>The compiled trunk; compiled when it is first needed, owned by the backbone.</summary>
    public ICompiledNetwork Compiled => _compiled.Value;

    /// <summary>
    /// Loads a pretrained backbone of the catalogue or of the user, fetching its weights when they are not on this
    /// machine; <see cref="BackboneLoader"/> loads all others.
    /// </summary>
    /// <param name="models">The store of weights.</param>
    /// <param name="name">The catalogue's name.</param>
    /// <param name="imageSize">Height and width of the input in pixels; the weights' own when null.</param>
    /// <param name="resize">How images are resized to that size; the weights' own rule when null.</param>
    /// <param name="spatial">
    /// Whether the features are spatial (the last feature map, <c>[h, w, c]</c>, or the last tokens, <c>[t, c]</c>)
    /// rather than pooled (<c>[c]</c>).
    /// </param>
    /// <param name="engine">What runs the trunk; Graft's own engine when null.</param>
    /// <param name="onlyRuns">See <see cref="OnlyRuns"/>.</param>
    /// <param name="progress">Receives the progress of a download.</param>
    /// <param name="cancellationToken">Cancels a download.</param>
    /// <exception cref="PullException">There are no such weights, or they cannot be fetched or are damaged.</exception>
    /// <exception cref="ArgumentException">The network does not fit the image size.</exception>
    public static Backbone Load(
        ModelStore models,
        string name,
        int? imageSize = null,
        ResizeRule? resize = null,
        bool spatial = false,
        IEngine? engine = null,
        bool onlyRuns = false,
        IProgress<PullProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(models);
        var source = new BackboneSource
        {
            Name = name,
            Preprocessing = new() { ImageSize = imageSize, Resize = resize },
        };
        return new BackboneLoader(models).Load(
            source,
            spatial ? FeatureKind.Spatial : FeatureKind.Pooled,
            engine,
            onlyRuns,
            progress,
            cancellationToken
        );
    }

    /// <summary>The preprocessing of pretrained weights, with changes.</summary>
    /// <param name="info">The weights.</param>
    /// <param name="imageSize">Height and width of the input in pixels; the weights' own when null.</param>
    /// <param name="resize">How images are resized to that size; the weights' own rule when null.</param>
    public static Preprocessing PreprocessingOf(PretrainedInfo info, int? imageSize, ResizeRule? resize)
    {
        ArgumentNullException.ThrowIfNull(info);
        return new PreprocessingChanges { ImageSize = imageSize, Resize = resize }.Apply(info.Preprocessing);
    }

    /// <summary>Divides a classifier into its trunk and its head with the softmax.</summary>
    /// <param name="file">The classifier, whose network is divided between the two parts.</param>
    /// <param name="engine">What runs the trunk.</param>
    /// <param name="onlyRuns">See <see cref="OnlyRuns"/>.</param>
    /// <returns>Both parts, which the caller disposes.</returns>
    public static (Backbone Backbone, Network Head) FromClassifier(ClassifierFile file, IEngine engine, bool onlyRuns)
    {
        ArgumentNullException.ThrowIfNull(file);
        var head = file.Network.SplitAfter(file.Metadata.FeatureNode);
        var backbone = new Backbone(file.Metadata.Provenance.Backbone, file.Network, file.Metadata.Preprocessing)
        {
            Engine = engine,
            OnlyRuns = onlyRuns,
        };
        return (backbone, head);
    }

    private ICompiledNetwork Compile()
    {
        var compiled = Engine.Compile(Network);
        if (OnlyRuns)
        {
            _ = Digest;
            TakeNetwork().Dispose();
            TensorMemory.Shared.Trim();
        }

        return compiled;
    }

    /// <summary>
    /// Hands over the network, so that a head can be put on it. The compiled trunk and the digest stay usable if they
    /// were used before.
    /// </summary>
    public Network TakeNetwork()
    {
        var network = Network;
        _network = null;
        return network;
    }

    /// <summary>
    /// Frees the compiled trunk. It is compiled again on demand. Does nothing for backbones that only run.
    /// </summary>
    public void FreeCompiled()
    {
        if (!_compiled.IsValueCreated || OnlyRuns)
            return;
        _compiled.Value.Dispose();
        _compiled = new(Compile);
        TensorMemory.Shared.Trim();
    }

    /// <summary>Frees the network and what was compiled.</summary>
    public void Dispose()
    {
        if (_compiled.IsValueCreated)
            _compiled.Value.Dispose();
        _network?.Dispose();
    }
}
