using Graft.Layers;
using Graft.Layers.Activations;
using Graft.Layers.Convolution;
using Graft.Layers.Linear;
using Graft.Layers.Networks;
using Graft.Layers.Pooling;
using Graft.Layers.Regularization;
using Graft.Tensors;

namespace Graft.Training.Heads;

/// <summary>Builds heads as networks from features to logits.</summary>
public static class HeadNetworks
{
    /// <summary>The name of every head's last node.</summary>
    public const string LogitsNode = "head.logits";

    private const float DenseDropout = 0.4f;

    /// <summary>Builds a head that is trained in mini-batches, with random weights; a linear one with zeros, as its loss has one minimum.</summary>
    /// <param name="specification">Which head.</param>
    /// <param name="features">The shape of one image's features, without the batch.</param>
    /// <param name="classes">How many classes.</param>
    /// <param name="random">Draws the weights.</param>
    /// <returns>A network that the caller disposes.</returns>
    /// <exception cref="ArgumentException">The features do not suit the head.</exception>
    public static Network Build(HeadSpecification specification, Shape features, int classes, DeterministicRandom random)
    {
        ArgumentNullException.ThrowIfNull(specification);
        ArgumentNullException.ThrowIfNull(random);
        RequireSuitable(specification, features);
        var network = new Network(features);
        switch (specification.Kind)
        {
            case HeadKind.Linear:
                network.Add(LogitsNode, new Dense(features[0], classes));
                return network;
            case HeadKind.Dense:
                network.Add("head.dense", new Dense(features[0], specification.Units));
                network.Add("head.relu", new ReLU());
                network.Add("head.dropout", new Dropout(DenseDropout));
                break;
            default:
                network.Add("head.conv", new Convolution2D(new() { InputChannels = features[2], OutputChannels = specification.Units, KernelHeight = 2, KernelWidth = 2 }));
                network.Add("head.dropout1", new Dropout(0.4f));
                network.Add("head.avgpool", new GlobalAveragePooling2D());
                network.Add("head.dropout2", new Dropout(0.3f));
                break;
        }

        network.Add(LogitsNode, new Dense(specification.Units, classes));
        Initializers.HeUniform(network, random);
        return network;
    }

    /// <summary>Makes sure that features suit a head, before they are computed.</summary>
    /// <param name="specification">Which head.</param>
    /// <param name="features">The shape of one image's features, without the batch.</param>
    /// <exception cref="ArgumentException">They do not; the message says what does.</exception>
    public static void RequireSuitable(HeadSpecification specification, Shape features)
    {
        ArgumentNullException.ThrowIfNull(specification);
        switch (specification.Kind)
        {
            case HeadKind.Linear when features.Rank == 1:
                return;
            case HeadKind.Dense when features.Rank == 1:
                return;
            case HeadKind.Convolution when features.Rank == 3 && features[0] >= 2 && features[1] >= 2:
                return;
            case HeadKind.Linear or HeadKind.Dense:
                throw new ArgumentException($"A {specification} head takes pooled features of shape [channels], but they are {features}.", nameof(features));
            default:
                throw new ArgumentException(
                    $"A {specification} head takes a feature map of shape [height, width, channels], at least 2 x 2 for its kernel, but it is {features}. Use larger images (--image-size), or a linear or dense head.",
                    nameof(features));
        }
    }
}
