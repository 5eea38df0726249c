using Graft.Imaging;
using Graft.Layers.Activations;
using Graft.Layers.Convolution;
using Graft.Layers.Freezing;
using Graft.Layers.Linear;
using Graft.Layers.Networks;
using Graft.Layers.Pooling;
using Graft.Layers.Regularization;
using Graft.Models;
using Graft.Tensors;

namespace Graft.Learning.Heads;

/// <summary>Builds heads as networks from features to logits.</summary>
public static class HeadNetworks
{
    /// <summary>The name of the node that outputs a head's logits: its last node except for a log-softmax.</summary>
    public const string LogitsNode = "head.logits";

    /// <summary>The number of units in a VGG's hidden layers.</summary>
    private const int VggHidden = 4096;

    private const float DenseDropout = 0.4f;

    /// <summary>
    /// Builds a head that is trained in mini-batches, with random weights. A linear head has zero weights, because its
    /// loss has a single minimum.
    /// </summary>
    /// <param name="specification">The head.</param>
    /// <param name="features">The shape of one image's features, without the batch.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="random">Draws the weights.</param>
    /// <returns>A network that the caller disposes.</returns>
    /// <exception cref="ArgumentException">The features do not suit the head.</exception>
    public static Network Build(
        HeadSpecification specification,
        Shape features,
        int classes,
        DeterministicRandom random
    )
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
            case HeadKind.Dense or HeadKind.Vgg:
                network.Add("head.dense", new Dense(features[0], specification.Units));
                network.Add("head.relu", new ReLU());
                network.Add("head.dropout", new Dropout(DenseDropout));
                break;
            default:
                AddPositions(network, specification.Units);
                network.Add("head.dropout1", new Dropout(0.4f));
                network.Add("head.avgpool", GlobalAveragePooling.For(network.OutputShape));
                network.Add("head.dropout2", new Dropout(0.3f));
                break;
        }

        network.Add(LogitsNode, new Dense(specification.Units, classes));
        if (specification.Kind == HeadKind.Vgg)
            network.Add("head.logsoftmax", new LogSoftmax());
        Initializers.HeUniform(network, random);
        return network;
    }

    /// <summary>
    /// Builds an architecture in which a head replaces the layers after the features that the head takes. Everything
    /// but the head is frozen. All weights of the architecture are zero: the network is meant for counting, or for
    /// loading weights.
    /// </summary>
    /// <param name="architecture">The architecture.</param>
    /// <param name="preprocessing">Determines the input's size.</param>
    /// <param name="specification">The head.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="random">Draws the head's weights.</param>
    /// <returns>A network that the caller disposes.</returns>
    /// <exception cref="ArgumentException">
    /// The architecture's features do not suit the head, or the images are too small.
    /// </exception>
    public static Network BuildWhole(
        Architecture architecture,
        Preprocessing preprocessing,
        HeadSpecification specification,
        int classes,
        DeterministicRandom random
    )
    {
        ArgumentNullException.ThrowIfNull(architecture);
        ArgumentNullException.ThrowIfNull(specification);
        var network = architecture.Build(preprocessing);
        try
        {
            architecture.CutAtFeatures(
                network,
                specification.IsSpatial ? architecture.SpatialFeatures : architecture.PooledFeatures
            );
            network.Freeze();
            using var head = Build(specification, network.OutputShape, classes, random);
            network.Append(head);
            return network;
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <summary>Checks that features suit a head, before they are computed.</summary>
    /// <param name="specification">The head.</param>
    /// <param name="features">The shape of one image's features, without the batch.</param>
    /// <exception cref="ArgumentException">They do not suit it; the message says which features do.</exception>
    public static void RequireSuitable(HeadSpecification specification, Shape features)
    {
        ArgumentNullException.ThrowIfNull(specification);
        switch (specification.Kind)
        {
            case HeadKind.Linear when features.Rank == 1:
                return;
            case HeadKind.Dense when features.Rank == 1:
                return;
            case HeadKind.Vgg when features.Rank == 1 && features[0] == VggHidden:
                return;
            case HeadKind.Vgg:
                throw new ArgumentException(
                    $"A {specification} head takes the {VggHidden} values of a VGG's second hidden layer, but the "
                        + $"features are {features}. Use a VGG, for example vgg16, or a linear or dense head.",
                    nameof(features)
                );
            case HeadKind.Convolution when features.Rank == 3 && features[0] >= 2 && features[1] >= 2:
                return;
            case HeadKind.Convolution when features.Rank == 2:
                return;
            case HeadKind.Linear or HeadKind.Dense:
                throw new ArgumentException(
                    $"A {specification} head takes pooled features of shape [channels], but they are {features}.",
                    nameof(features)
                );
            default:
                throw new ArgumentException(
                    $"A {specification} head takes spatial features of shape [height, width, channels], at least 2 x 2 "
                        + $"for its kernel, or tokens of shape [tokens, channels], but they are {features}. Use larger "
                        + "images (--image-size), or a linear or dense head.",
                    nameof(features)
                );
        }
    }

    /// <summary>Adds what a convolution head computes at each position: of a feature map, or each token.</summary>
    private static void AddPositions(Network network, int units)
    {
        var channels = network.OutputShape[^1];
        if (network.OutputShape.Rank == 2)
        {
            network.Add("head.dense", new Dense(channels, units));
            return;
        }

        network.Add(
            "head.conv",
            new Convolution2D(
                new()
                {
                    InputChannels = channels,
                    OutputChannels = units,
                    KernelHeight = 2,
                    KernelWidth = 2,
                }
            )
        );
    }
}
