using Graft.Imaging;
using Graft.Layers.Activations;
using Graft.Layers.Convolution;
using Graft.Layers.Linear;
using Graft.Layers.Merging;
using Graft.Layers.Networks;
using Graft.Layers.Normalization;
using Graft.Layers.Pooling;
using Graft.Layers.Regularization;

namespace Graft.Models.Networks;

/// <summary>
/// Inverted residuals with linear bottlenecks, width 1. Sandler, Howard, Zhu, Zhmoginov and Chen, "MobileNetV2:
/// Inverted Residuals and Linear Bottlenecks" (2018), tables 1 and 2. Nodes have torchvision's names.
/// </summary>
public static class MobileNetV2
{
    /// <summary>The node that gives the pooled features, <c>[batch, 1280]</c>.</summary>
    public const string PooledFeatures = "avgpool";

    /// <summary>The node that gives the last feature map, <c>[batch, height / 32, width / 32, 1280]</c>.</summary>
    public const string SpatialFeatures = "features.18.2";

    /// <summary>The node that gives the 1,000 logits.</summary>
    public const string Logits = "classifier.1";

    private const int FirstChannels = 32;

    private const int LastChannels = 1280;

    /// <summary>
    /// Table 2: inner channels for each input channel (t), output channels (c), blocks (n), stride of the first block
    /// (s).
    /// </summary>
    private static readonly (int Expansion, int Channels, int Blocks, int Stride)[] Table =
    [
        (1, 16, 1, 1),
        (6, 24, 2, 2),
        (6, 32, 3, 2),
        (6, 64, 4, 2),
        (6, 96, 3, 1),
        (6, 160, 3, 2),
        (6, 320, 1, 1),
    ];

    /// <summary>The only variant.</summary>
    internal static IReadOnlyList<Architecture> All { get; } =
    [
        new()
        {
            Name = "mobilenet_v2",
            Title = "MobileNetV2, width 1.0",
            Paper =
                "MobileNetV2: Inverted Residuals and Linear Bottlenecks, Sandler, Howard, Zhu, Zhmoginov, Chen, "
                + "2018, https://arxiv.org/abs/1801.04381",
            Preprocessing = Preprocessing.Torchvision(224),
            SmallestSize = 1,
            Builder = Build,
            FeatureNodes = [PooledFeatures, SpatialFeatures],
            SpatialFeatures = SpatialFeatures,
            PooledFeatures = PooledFeatures,
            LogitsNode = Logits,
            Stages =
            [
                new("stem", "features.0.0"),
                new("stage1", "features.1.conv.0.0"),
                new("stage2", "features.2.conv.0.0"),
                new("stage3", "features.4.conv.0.0"),
                new("stage4", "features.7.conv.0.0"),
                new("stage5", "features.14.conv.0.0"),
                new("last", "features.18.0"),
                new("classifier", PooledFeatures),
            ],
        },
    ];

    /// <summary>Builds MobileNetV2 with zero weights, from preprocessing to logits.</summary>
    /// <param name="preprocessing">
    /// The input size, and the transformation of RGB pixels of 0 to 255 before the first convolution.
    /// </param>
    /// <param name="classes">The number of logits.</param>
    /// <returns>A network that the caller disposes; input <c>[height, width, 3]</c>, output <c>[classes]</c>.</returns>
    public static Network Build(Preprocessing preprocessing, int classes = 1000)
    {
        var network = BuildingBlocks.Begin(preprocessing);
        Convolution(network, "features.0", BuildingBlocks.Square(3, 3, FirstChannels, stride: 2));
        var channels = FirstChannels;
        var number = 1;
        foreach (var row in Table)
        {
            for (var block = 0; block < row.Blocks; block++)
            {
                InvertedResidual(
                    network,
                    $"features.{number++}",
                    channels,
                    row.Expansion,
                    row.Channels,
                    block == 0 ? row.Stride : 1
                );
                channels = row.Channels;
            }
        }

        Convolution(network, $"features.{number}", BuildingBlocks.Square(1, channels, LastChannels));
        network.Add(PooledFeatures, new GlobalAveragePooling2D());
        network.Add("classifier.0", new Dropout(0.2f));
        network.Add(Logits, new Dense(LastChannels, classes));
        return network;
    }

    /// <summary>
    /// An optional 1x1 expansion, a 3x3 depthwise convolution, and a 1x1 projection without a ReLU. The input is added
    /// if the shapes are equal.
    /// </summary>
    private static void InvertedResidual(
        Network network,
        string name,
        int inputs,
        int expansion,
        int outputs,
        int stride
    )
    {
        var start = network.OutputName;
        var inner = inputs * expansion;
        var number = 0;
        if (expansion > 1)
            Convolution(network, $"{name}.conv.{number++}", BuildingBlocks.Square(1, inputs, inner));
        Convolution(network, $"{name}.conv.{number++}", BuildingBlocks.Depthwise(3, inner, stride));
        network.Add($"{name}.conv.{number++}", new Convolution2D(BuildingBlocks.Square(1, inner, outputs)));
        var last = network.Add($"{name}.conv.{number}", new BatchNormalization(outputs));
        if (stride == 1 && inputs == outputs)
            network.Add($"{name}.add", new Add(), start, last);
    }

    private static void Convolution(Network network, string name, Convolution2DOptions options) =>
        network.AddConvolutionNormalizationActivation(
            name,
            options,
            new BatchNormalization(options.OutputChannels),
            new ReLU(6)
        );
}
