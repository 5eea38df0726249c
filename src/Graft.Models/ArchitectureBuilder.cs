using Graft.Imaging;
using Graft.Layers.Networks;
using Graft.Layers.Normalization;
using Graft.Tensors;

namespace Graft.Models;

/// <summary>
/// A network under construction, with marks for its stages, its features and its logits. <see cref="Architecture"/>
/// reads its stages and nodes from the marks. Each mark refers to the place that the construction has reached: a stage
/// begins with the node that is added next, and all other marks are for the node that was added last. Not thread-safe.
/// </summary>
public sealed class ArchitectureBuilder
{
    /// <summary>The node that subtracts the mean image, if the weights have one.</summary>
    internal const string MeanImageNode = "mean_image";

    private readonly string _architecture;
    private readonly int _begun;
    private readonly List<(string Name, int FirstNode)> _stages = [];
    private readonly List<string> _features = [];
    private string? _spatial;
    private string? _pooled;
    private string? _logits;
    private bool _spatialIsUsual;

    /// <summary>Begins with the arithmetic part of the preprocessing, and the mean image if there is one.</summary>
    /// <param name="architecture">The architecture's name, for messages.</param>
    /// <param name="preprocessing">The preprocessing; it sets the size of the input.</param>
    internal ArchitectureBuilder(string architecture, Preprocessing preprocessing)
    {
        _architecture = architecture;
        Network = new Network(new Shape(preprocessing.Height, preprocessing.Width, 3));
        Network.Add("preprocessing", preprocessing.ToLayer());
        if (preprocessing.HasMeanImage)
            Network.Add(MeanImageNode, new MeanImageSubtraction(preprocessing.Height, preprocessing.Width, 3));
        _begun = Network.Nodes.Count;
    }

    /// <summary>
    /// The network, to which layers are added. At first it has only the preprocessing: input and output
    /// <c>[height, width, 3]</c>.
    /// </summary>
    public Network Network { get; }

    /// <summary>
    /// Begins a stage, which is frozen or trained as a whole, with the node that is added next. It extends to the next
    /// stage or to the logits. The first stage begins before the first node is added.
    /// </summary>
    /// <param name="name">A name that no other stage has, for command-line options.</param>
    /// <exception cref="InvalidOperationException">There is a stage with that name.</exception>
    public void BeginStage(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (_stages.Any(stage => stage.Name == name))
            throw Wrong($"there is already a stage '{name}'. Give each stage another name.");
        _stages.Add((name, Network.Nodes.Count));
    }

    /// <summary>
    /// Marks the last feature map, <c>[batch, height, width, channels]</c>, or the last tokens,
    /// <c>[batch, tokens, channels]</c>. Heads that look at positions take them.
    /// </summary>
    /// <param name="areUsual">
    /// Whether these are the usual features, at which <see cref="Architecture.BuildTrunk"/> ends. By default the pooled
    /// features are.
    /// </param>
    /// <exception cref="InvalidOperationException">Another node was marked before.</exception>
    public void MarkSpatialFeatures(bool areUsual = false)
    {
        _spatial = Unmarked(_spatial, "spatial features");
        _spatialIsUsual = areUsual;
        _features.Add(_spatial);
    }

    /// <summary>Marks the pooled features, one vector for each image: <c>[batch, channels]</c>.</summary>
    /// <exception cref="InvalidOperationException">Another node was marked before.</exception>
    public void MarkPooledFeatures()
    {
        _pooled = Unmarked(_pooled, "pooled features");
        _features.Add(_pooled);
    }

    /// <summary>
    /// Names the pooled features of a network that has none. A trunk gets a node of that name, with the means of the
    /// spatial features.
    /// </summary>
    /// <param name="name">A name that no node has.</param>
    /// <exception cref="InvalidOperationException">Pooled features were marked or named before.</exception>
    public void NamePooledFeatures(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        _ = Unmarked(_pooled, "pooled features");
        _pooled = name;
        _features.Add(name);
    }

    /// <summary>Marks further features, which can be chosen by the name of their node.</summary>
    public void MarkFeatures() => _features.Add(Network.OutputName);

    /// <summary>Marks the logits, <c>[batch, classes]</c>. They are the network's output.</summary>
    /// <exception cref="InvalidOperationException">Another node was marked before.</exception>
    public void MarkLogits() => _logits = Unmarked(_logits, "logits");

    /// <summary>Ends the construction.</summary>
    /// <returns>The marks.</returns>
    /// <exception cref="InvalidOperationException">A mark is missing, or is for an unsuitable node.</exception>
    internal ArchitectureMarks Complete()
    {
        if (_spatial is null)
            throw Missing(
                "spatial features",
                nameof(MarkSpatialFeatures),
                "the node that gives the last feature map or the last tokens"
            );
        if (_pooled is null)
            throw Missing(
                "pooled features",
                nameof(MarkPooledFeatures),
                $"the node that gives one vector for each image, or {nameof(NamePooledFeatures)} if there is none"
            );
        if (_logits is null)
            throw Missing("logits", nameof(MarkLogits), "the last node");
        if (_stages.Count == 0 || _stages[0].FirstNode != _begun)
            throw Wrong($"no stage begins at the first node. Call {nameof(BeginStage)} before adding it.");
        if (_stages.Find(stage => stage.FirstNode == Network.Nodes.Count) is { Name: { } empty })
            throw Wrong($"stage '{empty}' has no nodes. Call {nameof(BeginStage)} before adding them.");
        if (_logits != Network.OutputName)
            throw Wrong(
                $"the logits are '{_logits}', but the last node is '{Network.OutputName}'. Call {nameof(MarkLogits)} "
                    + "after adding it."
            );
        RequireRank("spatial features", _spatial, [2, 3], "[height, width, channels] or [tokens, channels]");
        if (Network.Contains(_pooled))
            RequireRank("pooled features", _pooled, [1], "[channels]");
        var usual = _spatialIsUsual ? _spatial : _pooled;
        return new(
            [usual, .. _features.Where(node => node != usual)],
            _spatial,
            _pooled,
            _logits,
            [.. _stages.Select(stage => new NetworkStage(stage.Name, Network.Nodes[stage.FirstNode].Name))]
        );
    }

    private string Unmarked(string? marked, string what) =>
        marked is null
            ? Network.OutputName
            : throw Wrong($"the {what} are already marked, at '{marked}'. Mark one node only.");

    private void RequireRank(string what, string node, int[] ranks, string expected)
    {
        if (Network.ShapeOf(node) is var shape && !ranks.Contains(shape.Rank))
            throw Wrong($"the {what} must be {expected}, but '{node}' gives {shape}. Mark another node.");
    }

    private InvalidOperationException Missing(string what, string method, string place) =>
        Wrong($"the {what} are not marked. Call {method} after adding {place}.");

    private InvalidOperationException Wrong(string problem) => new($"Building '{_architecture}': {problem}");
}
