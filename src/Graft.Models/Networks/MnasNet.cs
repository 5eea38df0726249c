using System.Globalization;
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
/// Inverted residuals with 3x3 and 5x5 kernels, found by a search for networks that are quick on phones. Tan, Chen,
/// Pang, Vasudevan, Sandler, Howard and Le, "MnasNet: Platform-Aware Neural Architecture Search for Mobile" (2018),
/// figure 7: the variant without squeeze-and-excitation. Nodes have torchvision's names.
/// </summary>
internal static class MnasNet
{
    private const int FirstChannels = 32;

    private const int SeparableChannels = 16;

    private const int LastChannels = 1280;

    /// <summary>
    /// Figure 7: inner channels for each input channel, output channels, blocks, stride of the first block, and kernel
    /// size.
    /// </summary>
    private static readonly (int Expansion, int Channels, int Blocks, int Stride, int Kernel)[] Table =
    [
        (3, 24, 3, 2, 3),
        (3, 40, 3, 2, 5),
        (6, 80, 3, 2, 5),
        (6, 96, 2, 1, 3),
        (6, 192, 4, 2, 5),
        (6, 320, 1, 1, 3),
    ];

    /// <summary>All widths.</summary>
    internal static IReadOnlyList<Architecture> All { get; } = [.. new[] { 0.5, 0.75, 1, 1.3 }.Select(Describe)];

    private static Architecture Describe(double width)
    {
        var text = width.ToString("0.0#", CultureInfo.InvariantCulture);
        return new()
        {
            Name = $"mnasnet{text.Replace('.', '_')}",
            Title = $"MnasNet, width {text}",
            Paper =
                "MnasNet: Platform-Aware Neural Architecture Search for Mobile, Tan, Chen, Pang, Vasudevan, Sandler, "
                + "Howard, Le, 2018, https://arxiv.org/abs/1807.11626",
            Preprocessing = Preprocessing.Torchvision(224),
            SmallestSize = 1,
            AddLayers = (builder, classes) => Build(builder, width, classes),
        };
    }

    private static void Build(ArchitectureBuilder builder, double width, int classes)
    {
        var network = builder.Network;
        var (first, channels) = (Scaled(FirstChannels), Scaled(SeparableChannels));
        builder.BeginStage("stem");
        Convolution(network, "layers", 0, BuildingBlocks.Square(3, 3, first, stride: 2), isLinear: false);
        Convolution(network, "layers", 3, BuildingBlocks.Depthwise(3, first), isLinear: false);
        Convolution(network, "layers", 6, BuildingBlocks.Square(1, first, channels), isLinear: true);
        var number = 8;
        var stage = 0;
        foreach (var row in Table)
        {
            if (row.Stride == 2)
                builder.BeginStage($"stage{++stage}");
            for (var block = 0; block < row.Blocks; block++)
            {
                var name = $"layers.{number}.{block}.layers";
                var outputs = Scaled(row.Channels);
                InvertedResidual(
                    network,
                    name,
                    BuildingBlocks.Square(1, channels, channels * row.Expansion),
                    BuildingBlocks.Depthwise(row.Kernel, channels * row.Expansion, block == 0 ? row.Stride : 1),
                    BuildingBlocks.Square(1, channels * row.Expansion, outputs),
                    isResidual: block > 0
                );
                channels = outputs;
            }

            number++;
        }

        builder.BeginStage("last");
        Convolution(network, "layers", number, BuildingBlocks.Square(1, channels, LastChannels), isLinear: false);
        builder.MarkSpatialFeatures();
        builder.BeginStage("classifier");
        network.Add("avgpool", new GlobalAveragePooling2D());
        builder.MarkPooledFeatures();
        network.Add("classifier.0", new Dropout(0.2f));
        network.Add("classifier.1", new Dense(LastChannels, classes));
        builder.MarkLogits();

        int Scaled(int count) => BuildingBlocks.RoundChannels(count * width);
    }

    /// <summary>
    /// A 1x1 expansion, a depthwise convolution, and a 1x1 projection without a ReLU. The input is added in every block
    /// of a stack but the first.
    /// </summary>
    private static void InvertedResidual(
        Network network,
        string name,
        Convolution2DOptions expansion,
        Convolution2DOptions depthwise,
        Convolution2DOptions projection,
        bool isResidual
    )
    {
        var start = network.OutputName;
        Convolution(network, name, 0, expansion, isLinear: false);
        Convolution(network, name, 3, depthwise, isLinear: false);
        Convolution(network, name, 6, projection, isLinear: true);
        if (isResidual)
            network.Add($"{name[..name.LastIndexOf('.')]}.add", new Add(), start, network.OutputName);
    }

    /// <summary>
    /// Adds convolution, batch normalisation and ReLU, which torchvision numbers in the sequence that they stand in.
    /// </summary>
    private static void Convolution(
        Network network,
        string sequence,
        int number,
        Convolution2DOptions options,
        bool isLinear
    )
    {
        network.Add($"{sequence}.{number}", new Convolution2D(options));
        network.Add($"{sequence}.{number + 1}", new BatchNormalization(options.OutputChannels));
        if (!isLinear)
            network.Add($"{sequence}.{number + 2}", new ReLU());
    }
}
