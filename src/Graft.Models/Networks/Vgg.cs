using Graft.Imaging;
using Graft.Layers.Activations;
using Graft.Layers.Convolution;
using Graft.Layers.Linear;
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
internal static class Vgg
{
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

    private static void Build(ArchitectureBuilder builder, int[] convolutions, bool normalizes, int classes)
    {
        var network = builder.Network;
        var inputs = 3;
        var number = 0;
        foreach (var (stage, (count, channels)) in convolutions.Zip(Channels).Index())
        {
            builder.BeginStage($"stage{stage + 1}");
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

        builder.MarkSpatialFeatures(areUsual: true);
        builder.BeginStage("classifier");
        network.Add("avgpool", new AdaptiveAveragePooling2D(MapSize, MapSize));
        network.Add("flatten", new Flatten());
        builder.MarkFeatures();
        network.Add("classifier.0", new Dense(MapSize * MapSize * inputs, Hidden));
        network.Add("classifier.1", new ReLU());
        builder.MarkFeatures();
        network.Add("classifier.2", new Dropout(0.5f));
        network.Add("classifier.3", new Dense(Hidden, Hidden));
        network.Add("classifier.4", new ReLU());
        builder.MarkPooledFeatures();
        network.Add("classifier.5", new Dropout(0.5f));
        network.Add("classifier.6", new Dense(Hidden, classes));
        builder.MarkLogits();
    }

    private static Architecture Describe(int depth, int[] convolutions, bool normalizes) =>
        new()
        {
            Name = normalizes ? $"vgg{depth}_bn" : $"vgg{depth}",
            Title = normalizes ? $"VGG-{depth} with batch normalisation" : $"VGG-{depth}",
            Paper =
                "Very Deep Convolutional Networks for Large-Scale Image Recognition, Simonyan, Zisserman, 2014, "
                + "https://arxiv.org/abs/1409.1556",
            Preprocessing = Preprocessing.Torchvision(224),
            SmallestSize = 32,
            AddLayers = (builder, classes) => Build(builder, convolutions, normalizes, classes),
        };
}
