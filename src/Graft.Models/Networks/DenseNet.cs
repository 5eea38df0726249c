using Graft.Imaging;
using Graft.Layers.Activations;
using Graft.Layers.Convolution;
using Graft.Layers.Linear;
using Graft.Layers.Merging;
using Graft.Layers.Networks;
using Graft.Layers.Normalization;
using Graft.Layers.Pooling;

namespace Graft.Models.Networks;

/// <summary>
/// Blocks in which every layer takes the outputs of all earlier layers. Huang, Liu, van der Maaten and Weinberger,
/// "Densely Connected Convolutional Networks" (2016), table 1 (DenseNet-BC, growth rate 32). Nodes have torchvision's
/// names.
/// </summary>
internal static class DenseNet
{
    private const int FirstChannels = 64;

    /// <summary>The growth rate: the number of channels that each layer adds.</summary>
    private const int Growth = 32;

    /// <summary>The number of channels between a layer's two convolutions, for each channel that it adds.</summary>
    private const int Bottleneck = 4;

    /// <summary>The number of layers in each block.</summary>
    private static readonly (int Depth, int[] Layers)[] Depths =
    [
        (121, [6, 12, 24, 16]),
        (169, [6, 12, 32, 32]),
        (201, [6, 12, 48, 32]),
    ];

    /// <summary>All depths.</summary>
    internal static IReadOnlyList<Architecture> All { get; } =
    [
        .. Depths.Select(static size => new Architecture
        {
            Name = $"densenet{size.Depth}",
            Title = $"DenseNet-{size.Depth}",
            Paper =
                "Densely Connected Convolutional Networks, Huang, Liu, van der Maaten, Weinberger, 2016, "
                + "https://arxiv.org/abs/1608.06993",
            Preprocessing = Preprocessing.Torchvision(224),
            SmallestSize = 29,
            AddLayers = (builder, classes) => Build(builder, size.Layers, classes),
        }),
    ];

    private static void Build(ArchitectureBuilder builder, int[] layers, int classes)
    {
        var network = builder.Network;
        builder.BeginStage("stem");
        network.Add("features.conv0", new Convolution2D(BuildingBlocks.Square(7, 3, FirstChannels, stride: 2)));
        network.Add("features.norm0", new BatchNormalization(FirstChannels));
        network.Add("features.relu0", new ReLU());
        network.Add("features.pool0", BuildingBlocks.MaxPooling(3, 2, padding: 1));
        for (var block = 1; block <= layers.Length; block++)
        {
            builder.BeginStage($"denseblock{block}");
            for (var layer = 1; layer <= layers[block - 1]; layer++)
                Layer(network, $"features.denseblock{block}.denselayer{layer}");
            if (block < layers.Length)
                Transition(network, $"features.transition{block}");
        }

        network.Add("features.norm5", new BatchNormalization(network.OutputShape[2]));
        network.Add("features.relu5", new ReLU());
        builder.MarkSpatialFeatures();
        builder.BeginStage("classifier");
        network.Add("avgpool", new GlobalAveragePooling2D());
        builder.MarkPooledFeatures();
        network.Add("classifier", new Dense(network.OutputShape[0], classes));
        builder.MarkLogits();
    }

    /// <summary>
    /// A 1x1 and a 3x3 convolution, each preceded by batch normalisation and a ReLU. The input and the output are
    /// concatenated.
    /// </summary>
    private static void Layer(Network network, string name)
    {
        var start = network.OutputName;
        var inputs = network.OutputShape[2];
        network.Add($"{name}.norm1", new BatchNormalization(inputs));
        network.Add($"{name}.relu1", new ReLU());
        network.Add($"{name}.conv1", new Convolution2D(BuildingBlocks.Square(1, inputs, Bottleneck * Growth)));
        network.Add($"{name}.norm2", new BatchNormalization(Bottleneck * Growth));
        network.Add($"{name}.relu2", new ReLU());
        var last = network.Add(
            $"{name}.conv2",
            new Convolution2D(BuildingBlocks.Square(3, Bottleneck * Growth, Growth))
        );
        network.Add($"{name}.cat", new Concatenate(2), start, last);
    }

    /// <summary>Halves the number of channels, the height and the width.</summary>
    private static void Transition(Network network, string name)
    {
        var inputs = network.OutputShape[2];
        network.Add($"{name}.norm", new BatchNormalization(inputs));
        network.Add($"{name}.relu", new ReLU());
        network.Add($"{name}.conv", new Convolution2D(BuildingBlocks.Square(1, inputs, inputs / 2)));
        network.Add(
            $"{name}.pool",
            new AveragePooling2D(
                new()
                {
                    Height = 2,
                    Width = 2,
                    Stride = 2,
                }
            )
        );
    }
}
