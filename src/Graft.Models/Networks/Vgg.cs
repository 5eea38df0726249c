using Graft.Imaging;
using Graft.Layers.Activations;
using Graft.Layers.Convolution;
using Graft.Layers.Linear;
using Graft.Layers.Networks;
using Graft.Layers.Normalization;
using Graft.Layers.Pooling;
using Graft.Layers.Regularization;
using Graft.Layers.Reshaping;

namespace Graft.Models.Networks;

/// <summary>
/// Plain stacks of 3x3 convolutions. Simonyan and Zisserman, "Very Deep Convolutional Networks for Large-Scale Image
/// Recognition" (2014), table 1; optionally with batch normalisation after each convolution, as in torchvision. Nodes
/// have torchvision's names.
/// </summary>
/// <remarks>
/// The classifier takes the last feature map, averaged to 7x7 for other input sizes than 224 pixels, and flattened in
/// the order height, width, channels. torchvision's <c>classifier.0.weight</c> has its inputs in the order channels,
/// height, width; <see cref="TorchvisionNames"/> converts it.
/// </remarks>
public static class Vgg
{
    /// <summary>The node that gives the flattened last feature map: <c>[batch, 25088]</c>.</summary>
    public const string FlattenedFeatures = "flatten";

    /// <summary>The node after the first hidden layer of the classifier and its ReLU: <c>[batch, 4096]</c>.</summary>
    public const string FirstHiddenFeatures = "classifier.1";

    /// <summary>The node after the second hidden layer of the classifier and its ReLU: <c>[batch, 4096]</c>.</summary>
    public const string SecondHiddenFeatures = "classifier.4";

    /// <summary>The node that gives the 1,000 logits.</summary>
    public const string Logits = "classifier.6";

    private const int Hidden = 4096;

    /// <summary>The height and width of the feature map that the classifier takes.</summary>
    private const int MapSize = 7;

    /// <summary>The channels of each stage. Every stage ends with max pooling.</summary>
    private static readonly int[] Channels = [64, 128, 256, 512, 512];

    /// <summary>The number of convolutions in each stage: columns A, B, D and E of table 1.</summary>
    private static readonly (int Depth, int[] Convolutions)[] Depths =
    [
        (11, [1, 1, 2, 2, 2]),
        (13, [2, 2, 2, 2, 2]),
        (16, [2, 2, 3, 3, 3]),
        (19, [2, 2, 4, 4, 4]),
    ];

    /// <summary>All depths, without and with batch normalisation.</summary>
    internal static IReadOnlyList<Architecture> All { get; } =
    [
        .. Depths.SelectMany(size =>
            new[] { Describe(size.Depth, size.Convolutions, false), Describe(size.Depth, size.Convolutions, true) }
        ),
    ];

    /// <summary>Builds a network with zero weights, from preprocessing to logits.</summary>
    /// <param name="convolutions">The number of convolutions in each of the five stages.</param>
    /// <param name="normalizes">Whether batch normalisation follows each convolution.</param>
    /// <param name="preprocessing">
    /// The input size, at least 32 pixels, and the transformation of RGB pixels of 0 to 255 before the first
    /// convolution.
    /// </param>
    /// <param name="classes">The number of logits.</param>
    /// <returns>A network that the caller disposes; input <c>[height, width, 3]</c>, output <c>[classes]</c>.</returns>
    private static Network Build(int[] convolutions, bool normalizes, Preprocessing preprocessing, int classes)
    {
        var network = BuildingBlocks.Begin(preprocessing);
        var inputs = 3;
        var number = 0;
        foreach (var (count, channels) in convolutions.Zip(Channels))
        {
            for (var i = 0; i < count; i++)
            {
                network.Add(
                    $"features.{number++}",
                    new Convolution2D(BuildingBlocks.Square(3, inputs, channels) with { HasBias = true })
                );
                if (normalizes)
                    network.Add($"features.{number++}", new BatchNormalization(channels));
                network.Add($"features.{number++}", new ReLU());
                inputs = channels;
            }

            network.Add($"features.{number++}", BuildingBlocks.MaxPooling(2, 2));
        }

        network.Add("avgpool", new AdaptiveAveragePooling2D(MapSize, MapSize));
        network.Add(FlattenedFeatures, new Flatten());
        network.Add("classifier.0", new Dense(MapSize * MapSize * inputs, Hidden));
        network.Add(FirstHiddenFeatures, new ReLU());
        network.Add("classifier.2", new Dropout(0.5f));
        network.Add("classifier.3", new Dense(Hidden, Hidden));
        network.Add(SecondHiddenFeatures, new ReLU());
        network.Add("classifier.5", new Dropout(0.5f));
        network.Add(Logits, new Dense(Hidden, classes));
        return network;
    }

    private static Architecture Describe(int depth, int[] convolutions, bool normalizes)
    {
        // A stage has two or three nodes for each convolution, and one for the pooling.
        var nodesPerConvolution = normalizes ? 3 : 2;
        var stages = new List<NetworkStage>();
        var first = 0;
        for (var stage = 0; stage < convolutions.Length; stage++)
        {
            stages.Add(new($"stage{stage + 1}", $"features.{first}"));
            first += (convolutions[stage] * nodesPerConvolution) + 1;
        }

        stages.Add(new("classifier", "avgpool"));
        var spatial = $"features.{first - 1}";
        return new()
        {
            Name = normalizes ? $"vgg{depth}_bn" : $"vgg{depth}",
            Title = normalizes ? $"VGG-{depth} with batch normalisation" : $"VGG-{depth}",
            Paper =
                "Very Deep Convolutional Networks for Large-Scale Image Recognition, Simonyan, Zisserman, 2014, "
                + "https://arxiv.org/abs/1409.1556",
            Preprocessing = Preprocessing.Torchvision(224),
            SmallestSize = 32,
            Builder = (preprocessing, classes) => Build(convolutions, normalizes, preprocessing, classes),
            FeatureNodes = [spatial, FlattenedFeatures, FirstHiddenFeatures, SecondHiddenFeatures],
            SpatialFeatures = spatial,
            PooledFeatures = SecondHiddenFeatures,
            LogitsNode = Logits,
            Stages = stages,
        };
    }
}
