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
internal static class MobileNetV2
{
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
            AddLayers = Build,
        },
    ];

    private static void Build(ArchitectureBuilder builder, int classes)
    {
        var network = builder.Network;
        builder.BeginStage("stem");
        Convolution(network, "features.0", BuildingBlocks.Square(3, 3, FirstChannels, stride: 2));
        var channels = FirstChannels;
        var number = 1;
        var stage = 0;
        foreach (var row in Table)
        {
            if (stage == 0 || row.Stride == 2)
                builder.BeginStage($"stage{++stage}");
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

        builder.BeginStage("last");
        Convolution(network, $"features.{number}", BuildingBlocks.Square(1, channels, LastChannels));
        builder.MarkSpatialFeatures();
        builder.BeginStage("classifier");
        network.Add("avgpool", new GlobalAveragePooling2D());
        builder.MarkPooledFeatures();
        network.Add("classifier.0", new Dropout(0.2f));
        network.Add("classifier.1", new Dense(LastChannels, classes));
        builder.MarkLogits();
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
