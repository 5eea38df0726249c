using Graft.Imaging;
using Graft.Layers.Networks;
using Graft.Layers.Pooling;

namespace Graft.Models;

/// <summary>
/// A network that can be built without any weights: what pretrained weights are for, and what is measured with random
/// ones. Immutable.
/// </summary>
public sealed record Architecture
{
    /// <summary>The name that commands take, torchvision's where it has one, for example <c>mobilenet_v2</c>.</summary>
    public required string Name { get; init; }

    /// <summary>A short title for display.</summary>
    public required string Title { get; init; }

    /// <summary>The paper that describes it.</summary>
    public required string Paper { get; init; }

    /// <summary>
    /// The usual preprocessing, with the usual size. Pretrained weights may need another one, which then takes
    /// precedence.
    /// </summary>
    public required Preprocessing Preprocessing { get; init; }

    /// <summary>The smallest height and width of the input, in pixels.</summary>
    public required int SmallestSize { get; init; }

    /// <summary>The nodes whose output serves as features: the usual one first.</summary>
    public required IReadOnlyList<string> FeatureNodes { get; init; }

    /// <summary>The node that gives the last feature map, <c>[batch, height, width, channels]</c>.</summary>
    public required string SpatialFeatures { get; init; }

    /// <summary>
    /// The node that gives one row of features for an image, <c>[batch, channels]</c>. Networks that have none by
    /// themselves get it from <see cref="CutAtFeatures"/>.
    /// </summary>
    public required string PooledFeatures { get; init; }

    /// <summary>The node that gives the logits.</summary>
    public required string LogitsNode { get; init; }

    /// <summary>
    /// The parts that are unfrozen as a whole, from the input to the logits; all nodes behind preprocessing are in one.
    /// </summary>
    public required IReadOnlyList<NetworkStage> Stages { get; init; }

    /// <summary>
    /// What builds it from a preprocessing and the number of classes; callers use <see cref="Build"/>, which checks
    /// them.
    /// </summary>
    public required Func<Preprocessing, int, Network> Builder { get; init; }

    /// <summary>Builds it with zero weights, from preprocessing to logits.</summary>
    /// <param name="preprocessing">
    /// Sets the input's size, and what is done to RGB pixels of 0 to 255 before the first convolution.
    /// </param>
    /// <param name="classes">How many logits.</param>
    /// <returns>A network that the caller disposes; input <c>[height, width, 3]</c>, output <c>[classes]</c>.</returns>
    /// <exception cref="ArgumentException">
    /// The images are too small for it; the message says for which layer.
    /// </exception>
    public Network Build(Preprocessing preprocessing, int classes = 1000)
    {
        ArgumentNullException.ThrowIfNull(preprocessing);
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        return Builder(preprocessing, classes);
    }

    /// <summary>Builds the part up to the first of <see cref="FeatureNodes"/>, with zero weights.</summary>
    /// <param name="preprocessing">As for <see cref="Build"/>.</param>
    /// <returns>A network that the caller disposes.</returns>
    /// <exception cref="ArgumentException">
    /// The images are too small for it; the message says for which layer.
    /// </exception>
    public Network BuildTrunk(Preprocessing preprocessing)
    {
        var network = Build(preprocessing);
        CutAtFeatures(network, FeatureNodes[0]);
        return network;
    }

    /// <summary>
    /// Makes a feature node the output of a network of this architecture; what it does not need is disposed.
    /// </summary>
    /// <param name="network">The network, in place.</param>
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
        network.Add(node, new GlobalAveragePooling2D());
    }

    /// <summary>Parameters and operations of the whole network with 1,000 classes at its usual size.</summary>
    public NetworkCost Cost()
    {
        using var network = Build(Preprocessing);
        return NetworkCost.Compute(network);
    }
}
