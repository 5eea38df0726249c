using Graft.Imaging;
using Graft.Layers.Networks;
using Graft.Layers.Pooling;

namespace Graft.Models;

/// <summary>
/// A network architecture. It can be built without pretrained weights, for example for measurements with random ones.
/// Immutable and thread-safe.
/// </summary>
/// <remarks>
/// <see cref="AddLayers"/> marks the stages, the features and the logits while it builds the network. The properties
/// that name them are those of the first network that was built. If there is none yet, they build one, without
/// allocating its weights. If a mark is missing, they and <see cref="Build"/> throw an
/// <see cref="InvalidOperationException"/> that names it.
/// </remarks>
public sealed class Architecture
{
    private volatile ArchitectureMarks? _marks;

    /// <summary>
    /// The name that commands accept, for example <c>mobilenet_v2</c>. It is torchvision's name if there is one.
    /// </summary>
    public required string Name { get; init; }

    /// <summary>A short title for display.</summary>
    public required string Title { get; init; }

    /// <summary>The paper that describes the architecture.</summary>
    public required string Paper { get; init; }

    /// <summary>
    /// The usual preprocessing, with the usual input size. Pretrained weights may have a different preprocessing, which
    /// then takes precedence.
    /// </summary>
    public required Preprocessing Preprocessing { get; init; }

    /// <summary>The smallest height and width of the input, in pixels.</summary>
    public required int SmallestSize { get; init; }

    /// <summary>The nodes whose output can serve as features, the usual one first.</summary>
    public IReadOnlyList<string> FeatureNodes => Marks.FeatureNodes;

    /// <summary>
    /// The node that gives the last feature map, <c>[batch, height, width, channels]</c>, or the last tokens,
    /// <c>[batch, tokens, channels]</c>.
    /// </summary>
    public string SpatialFeatures => Marks.SpatialFeatures;

    /// <summary>
    /// The node that gives the pooled features, one vector for each image: <c>[batch, channels]</c>. If the network has
    /// no such node, <see cref="CutAtFeatures"/> adds it.
    /// </summary>
    public string PooledFeatures => Marks.PooledFeatures;

    /// <summary>The node that gives the logits.</summary>
    public string LogitsNode => Marks.LogitsNode;

    /// <summary>
    /// The stages, from the input to the logits. Each is frozen or trained as a whole. Every node after the
    /// preprocessing belongs to one stage.
    /// </summary>
    public IReadOnlyList<NetworkStage> Stages => Marks.Stages;

    /// <summary>
    /// Adds the layers to a network that has only the preprocessing, and marks the stages, the features and the logits.
    /// It gets the number of logits. The names of nodes and marks must be the same for every size and number. Callers
    /// use <see cref="Build"/>, which checks the arguments.
    /// </summary>
    public required Action<ArchitectureBuilder, int> AddLayers { get; init; }

    private ArchitectureMarks Marks
    {
        get
        {
            if (_marks is null)
                Build(Preprocessing).Dispose();
            return _marks!;
        }
    }

    /// <summary>Builds the network with zero weights, from preprocessing to logits.</summary>
    /// <param name="preprocessing">
    /// The input size, and the transformation of RGB pixels of 0 to 255 before the first convolution.
    /// </param>
    /// <param name="classes">The number of logits.</param>
    /// <returns>A network that the caller disposes; input <c>[height, width, 3]</c>, output <c>[classes]</c>.</returns>
    /// <exception cref="ArgumentException">
    /// The input is too small for the network; the message says for which layer.
    /// </exception>
    public Network Build(Preprocessing preprocessing, int classes = 1000)
    {
        ArgumentNullException.ThrowIfNull(preprocessing);
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        var builder = new ArchitectureBuilder(Name, preprocessing);
        try
        {
            AddLayers(builder, classes);
            var marks = builder.Complete();
            _marks ??= marks;
            return builder.Network;
        }
        catch
        {
            builder.Network.Dispose();
            throw;
        }
    }

    /// <summary>Builds the part up to the first of <see cref="FeatureNodes"/>, with zero weights.</summary>
    /// <param name="preprocessing">As for <see cref="Build"/>.</param>
    /// <returns>A network that the caller disposes.</returns>
    /// <exception cref="ArgumentException">
    /// The input is too small for the network; the message says for which layer.
    /// </exception>
    public Network BuildTrunk(Preprocessing preprocessing)
    {
        var network = Build(preprocessing);
        CutAtFeatures(network, FeatureNodes[0]);
        return network;
    }

    /// <summary>
    /// Makes a feature node the output of a network of this architecture. The nodes that it does not need are removed,
    /// and their layers disposed.
    /// </summary>
    /// <param name="network">The network; changed in place.</param>
    /// <param name="node">One of <see cref="FeatureNodes"/>, or any other node.</param>
    /// <exception cref="KeyNotFoundException">There is no such node.</exception>
    public void CutAtFeatures(Network network, string node)
    {
        ArgumentNullException.ThrowIfNull(network);
        if (node != PooledFeatures || network.Contains(node))
        {
            network.CutAt(node);
            return;
        }

        network.CutAt(SpatialFeatures);
        network.Add(node, GlobalAveragePooling.For(network.OutputShape));
    }

    /// <summary>Counts parameters and operations of the whole network, for 1,000 classes and the usual size.</summary>
    public NetworkCost Cost()
    {
        using var network = Build(Preprocessing);
        return NetworkCost.Compute(network);
    }
}
