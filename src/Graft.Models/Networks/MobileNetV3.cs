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
/// Inverted residuals with squeeze-and-excitation and hard swish. Howard et al., "Searching for MobileNetV3" (2019),
/// tables 1 (large) and 2 (small). Nodes have torchvision's names.
/// </summary>
internal static class MobileNetV3
{
    private const int FirstChannels = 16;

    private static readonly Block[] Large =
    [
        new(3, 16, 16, false, false, 1),
        new(3, 64, 24, false, false, 2),
        new(3, 72, 24, false, false, 1),
        new(5, 72, 40, true, false, 2),
        new(5, 120, 40, true, false, 1),
        new(5, 120, 40, true, false, 1),
        new(3, 240, 80, false, true, 2),
        new(3, 200, 80, false, true, 1),
        new(3, 184, 80, false, true, 1),
        new(3, 184, 80, false, true, 1),
        new(3, 480, 112, true, true, 1),
        new(3, 672, 112, true, true, 1),
        new(5, 672, 160, true, true, 2),
        new(5, 960, 160, true, true, 1),
        new(5, 960, 160, true, true, 1),
    ];

    private static readonly Block[] Small =
    [
        new(3, 16, 16, true, false, 2),
        new(3, 72, 24, false, false, 2),
        new(3, 88, 24, false, false, 1),
        new(5, 96, 40, true, true, 2),
        new(5, 240, 40, true, true, 1),
        new(5, 240, 40, true, true, 1),
        new(5, 120, 48, true, true, 1),
        new(5, 144, 48, true, true, 1),
        new(5, 288, 96, true, true, 2),
        new(5, 576, 96, true, true, 1),
        new(5, 576, 96, true, true, 1),
    ];

    /// <summary>A row of the paper's tables.</summary>
    private sealed record Block(int Kernel, int Expanded, int Outputs, bool Squeezes, bool HasHardSwish, int Stride);

    /// <summary>Large and small.</summary>
    internal static IReadOnlyList<Architecture> All { get; } =
    [Describe("large", Large, 1280), Describe("small", Small, 1024)];

    private static void Build(ArchitectureBuilder builder, Block[] blocks, int hidden, int classes)
    {
        var network = builder.Network;
        builder.BeginStage("stem");
        Convolution(network, "features.0", BuildingBlocks.Square(3, 3, FirstChannels, stride: 2), new HardSwish());
        var channels = FirstChannels;
        var stage = 0;
        for (var i = 0; i < blocks.Length; i++)
        {
            if (stage == 0 || blocks[i].Stride == 2)
                builder.BeginStage($"stage{++stage}");
            InvertedResidual(network, $"features.{i + 1}", channels, blocks[i]);
            channels = blocks[i].Outputs;
        }

        builder.BeginStage("last");
        Convolution(
            network,
            $"features.{blocks.Length + 1}",
            BuildingBlocks.Square(1, channels, 6 * channels),
            new HardSwish()
        );
        builder.MarkSpatialFeatures();
        builder.BeginStage("classifier");
        network.Add("avgpool", new GlobalAveragePooling2D());
        builder.MarkPooledFeatures();
        network.Add("classifier.0", new Dense(6 * channels, hidden));
        network.Add("classifier.1", new HardSwish());
        network.Add("classifier.2", new Dropout(0.2f));
        network.Add("classifier.3", new Dense(hidden, classes));
        builder.MarkLogits();
    }

    /// <summary>
    /// An optional 1x1 expansion, a depthwise convolution, optional squeeze-and-excitation, and a 1x1 projection
    /// without an activation. The input is added if the shapes are equal.
    /// </summary>
    private static void InvertedResidual(Network network, string name, int inputs, Block block)
    {
        var start = network.OutputName;
        var number = 0;
        if (block.Expanded != inputs)
            Convolution(
                network,
                $"{name}.block.{number++}",
                BuildingBlocks.Square(1, inputs, block.Expanded),
                Activation()
            );
        Convolution(
            network,
            $"{name}.block.{number++}",
            BuildingBlocks.Depthwise(block.Kernel, block.Expanded, block.Stride),
            Activation()
        );
        if (block.Squeezes)
        {
            var squeezed = BuildingBlocks.RoundChannels(block.Expanded / 4);
            network.AddSqueezeExcitation(
                $"{name}.block.{number++}",
                block.Expanded,
                squeezed,
                new ReLU(),
                new HardSigmoid()
            );
        }

        var last = Convolution(
            network,
            $"{name}.block.{number}",
            BuildingBlocks.Square(1, block.Expanded, block.Outputs),
            null
        );
        if (block.Stride == 1 && inputs == block.Outputs)
            network.Add($"{name}.add", new Add(), start, last);

        Layer Activation() => block.HasHardSwish ? new HardSwish() : new ReLU();
    }

    private static string Convolution(Network network, string name, Convolution2DOptions options, Layer? activation) =>
        network.AddConvolutionNormalizationActivation(
            name,
            options,
            new BatchNormalization(options.OutputChannels, epsilon: 1e-3f, momentum: 0.99f),
            activation
        );

    private static Architecture Describe(string size, Block[] blocks, int hidden) =>
        new()
        {
            Name = $"mobilenet_v3_{size}",
            Title = $"MobileNetV3 {size}, width 1.0",
            Paper =
                "Searching for MobileNetV3, Howard, Sandler, Chu, Chen, Chen, Tan, Wang, Zhu, Pang, Vasudevan, Le, "
                + "Adam, 2019, https://arxiv.org/abs/1905.02244",
            Preprocessing = Preprocessing.Torchvision(224),
            SmallestSize = 1,
            AddLayers = (builder, classes) => Build(builder, blocks, hidden, classes),
        };
}
