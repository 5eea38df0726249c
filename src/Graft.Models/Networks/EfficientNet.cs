using Graft.Imaging;
using Graft.Layers;
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
/// Inverted residuals with squeeze-and-excitation, scaled in width, depth and image size together. Tan and Le,
/// "EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks" (2019), table 1. Nodes have torchvision's
/// names.
/// </summary>
/// <remarks>
/// In training, residual branches are dropped as in torchvision, with a probability that grows with depth towards 0.2.
/// </remarks>
internal static class EfficientNet
{
    private const int FirstChannels = 32;

    private const double DeepestDropRate = 0.2;

    /// <summary>
    /// Table 1: inner channels for each input channel, kernel, stride of the first block, output channels, and blocks.
    /// </summary>
    private static readonly (int Expansion, int Kernel, int Stride, int Channels, int Blocks)[] Table =
    [
        (1, 3, 1, 16, 1),
        (6, 3, 2, 24, 2),
        (6, 5, 2, 40, 2),
        (6, 3, 2, 80, 3),
        (6, 5, 1, 112, 3),
        (6, 5, 2, 192, 4),
        (6, 3, 1, 320, 1),
    ];

    private static readonly Scale[] Scales =
    [
        new("b0", 1, 1, 0.2f, 224, 256),
        new("b1", 1, 1.1, 0.2f, 240, 256),
        new("b2", 1.1, 1.2, 0.3f, 288, 288),
        new("b3", 1.2, 1.4, 0.3f, 300, 320),
    ];

    /// <summary>
    /// The factors for the channels and the blocks of the table, the dropout rate, and torchvision's image sizes: the
    /// crop, and the shorter side before cropping.
    /// </summary>
    private sealed record Scale(string Name, double Width, double Depth, float Dropout, int ImageSize, int ShorterSide);

    /// <summary>B0 to B3.</summary>
    internal static IReadOnlyList<Architecture> All { get; } =
    [
        .. Scales.Select(static scale => new Architecture
        {
            Name = $"efficientnet_{scale.Name}",
            Title = $"EfficientNet-{scale.Name.ToUpperInvariant()}",
            Paper =
                "EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks, Tan, Le, 2019, "
                + "https://arxiv.org/abs/1905.11946",
            Preprocessing = Preprocessing.Torchvision(scale.ImageSize) with
            {
                ShorterSide = scale.ShorterSide,
                Interpolation = Interpolation.Bicubic,
            },
            SmallestSize = 1,
            AddLayers = (builder, classes) => Build(builder, scale, classes),
        }),
    ];

    private static void Build(ArchitectureBuilder builder, Scale scale, int classes)
    {
        var network = builder.Network;
        var channels = BuildingBlocks.RoundChannels(FirstChannels * scale.Width);
        builder.BeginStage("stem");
        Convolution(network, "features.0", BuildingBlocks.Square(3, 3, channels, stride: 2), new Swish());
        var stages = Table
            .Select(row =>
                row with
                {
                    Channels = BuildingBlocks.RoundChannels(row.Channels * scale.Width),
                    Blocks = (int)Math.Ceiling(row.Blocks * scale.Depth),
                }
            )
            .ToArray();
        var total = stages.Sum(stage => stage.Blocks);
        var before = 0;
        for (var stage = 0; stage < stages.Length; stage++)
        {
            builder.BeginStage($"stage{stage + 1}");
            var row = stages[stage];
            for (var block = 0; block < row.Blocks; block++)
            {
                InvertedResidual(
                    network,
                    $"features.{stage + 1}.{block}",
                    channels,
                    row.Expansion,
                    row.Kernel,
                    row.Channels,
                    block == 0 ? row.Stride : 1,
                    DeepestDropRate * before++ / total
                );
                channels = row.Channels;
            }
        }

        builder.BeginStage("last");
        Convolution(
            network,
            $"features.{stages.Length + 1}",
            BuildingBlocks.Square(1, channels, 4 * channels),
            new Swish()
        );
        builder.MarkSpatialFeatures();
        builder.BeginStage("classifier");
        network.Add("avgpool", new GlobalAveragePooling2D());
        builder.MarkPooledFeatures();
        network.Add("classifier.0", new Dropout(scale.Dropout));
        network.Add("classifier.1", new Dense(4 * channels, classes));
        builder.MarkLogits();
    }

    /// <summary>
    /// An optional 1x1 expansion, a depthwise convolution, squeeze-and-excitation, and a 1x1 projection without an
    /// activation. The input is added if the shapes are equal.
    /// </summary>
    private static void InvertedResidual(
        Network network,
        string name,
        int inputs,
        int expansion,
        int kernel,
        int outputs,
        int stride,
        double dropRate
    )
    {
        var start = network.OutputName;
        var inner = BuildingBlocks.RoundChannels(inputs * expansion);
        var number = 0;
        if (inner != inputs)
            Convolution(network, $"{name}.block.{number++}", BuildingBlocks.Square(1, inputs, inner), new Swish());
        Convolution(network, $"{name}.block.{number++}", BuildingBlocks.Depthwise(kernel, inner, stride), new Swish());
        network.AddSqueezeExcitation(
            $"{name}.block.{number++}",
            inner,
            Math.Max(1, inputs / 4),
            new Swish(),
            new Sigmoid()
        );
        Convolution(network, $"{name}.block.{number}", BuildingBlocks.Square(1, inner, outputs), null);
        if (stride != 1 || inputs != outputs)
            return;
        var last = network.Add($"{name}.stochastic_depth", new StochasticDepth((float)dropRate));
        network.Add($"{name}.add", new Add(), start, last);
    }

    private static void Convolution(Network network, string name, Convolution2DOptions options, Layer? activation) =>
        network.AddConvolutionNormalizationActivation(
            name,
            options,
            new BatchNormalization(options.OutputChannels),
            activation
        );
}
