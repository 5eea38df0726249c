using Graft.Imaging;
using Graft.Layers;
using Graft.Layers.Activations;
using Graft.Layers.Convolution;
using Graft.Layers.Linear;
using Graft.Layers.Merging;
using Graft.Layers.Networks;
using Graft.Layers.Normalization;
using Graft.Layers.Pooling;

namespace Graft.Models.Networks;

/// <summary>
/// Residual blocks of separable convolutions. Chollet, "Xception: Deep Learning with Depthwise Separable Convolutions"
/// (2016), figure 5. Nodes have the names of Keras's layers, because torchvision has no Xception. A separable
/// convolution is the two nodes <c>name.depthwise</c> and <c>name.pointwise</c>.
/// </summary>
internal static class Xception
{
    /// <summary>The epsilon of Keras's batch normalisation.</summary>
    private const float Epsilon = 1e-3f;

    /// <summary>The weight of the old running statistics in Keras's batch normalisation.</summary>
    private const float Momentum = 0.99f;

    /// <summary>Entry flow: the output channels of the blocks that halve height and width.</summary>
    private static readonly int[] EntryChannels = [128, 256, 728];

    private const int MiddleBlocks = 8;

    /// <summary>The only variant.</summary>
    internal static IReadOnlyList<Architecture> All { get; } =
    [
        new()
        {
            Name = "xception",
            Title = "Xception (Keras)",
            Paper =
                "Xception: Deep Learning with Depthwise Separable Convolutions, Chollet, 2016, "
                + "https://arxiv.org/abs/1610.02357",
            Preprocessing = Preprocessing.Symmetric(299),
            SmallestSize = 7,
            AddLayers = Build,
        },
    ];

    private static void Build(ArchitectureBuilder builder, int classes)
    {
        var network = builder.Network;
        builder.BeginStage("stem");
        Stem(network, "block1_conv1", 3, 32, stride: 2);
        Stem(network, "block1_conv2", 32, 64, stride: 1);
        builder.BeginStage("entry");
        var block = 2;
        foreach (var channels in EntryChannels)
        {
            // The first block's input has already passed through a ReLU.
            Reduction(network, $"block{block}", channels, channels, startsWithReLU: block > 2);
            block++;
        }

        builder.BeginStage("middle");
        for (; block < 5 + MiddleBlocks; block++)
        {
            var start = network.OutputName;
            for (var i = 1; i <= 3; i++)
            {
                network.Add($"block{block}_sepconv{i}_act", new ReLU());
                Separable(network, $"block{block}_sepconv{i}", 728);
            }

            network.Add($"block{block}_add", new Add(), network.OutputName, start);
        }

        builder.BeginStage("exit");
        Reduction(network, "block13", 728, 1024, startsWithReLU: true);
        Separable(network, "block14_sepconv1", 1536);
        network.Add("block14_sepconv1_act", new ReLU());
        Separable(network, "block14_sepconv2", 2048);
        network.Add("block14_sepconv2_act", new ReLU());
        builder.MarkSpatialFeatures();
        builder.BeginStage("predictions");
        network.Add("avg_pool", new GlobalAveragePooling2D());
        builder.MarkPooledFeatures();
        network.Add("predictions", new Dense(2048, classes));
        builder.MarkLogits();
    }

    private static void Stem(Network network, string name, int inputs, int outputs, int stride)
    {
        network.Add(
            name,
            new Convolution2D(BuildingBlocks.Square(3, inputs, outputs, stride) with { Padding = Padding2D.None })
        );
        network.Add($"{name}_bn", new BatchNormalization(outputs, Epsilon, Momentum));
        network.Add($"{name}_act", new ReLU());
    }

    /// <summary>
    /// Two separable convolutions and max pooling, which halve the size. The input passes through a 1x1 convolution
    /// with stride 2, and is added.
    /// </summary>
    private static void Reduction(Network network, string name, int inner, int outputs, bool startsWithReLU)
    {
        var start = network.OutputName;
        network.Add(
            $"{name}_residual",
            new Convolution2D(BuildingBlocks.Square(1, network.OutputShape[2], outputs, stride: 2))
        );
        var shortcut = network.Add($"{name}_residual_bn", new BatchNormalization(outputs, Epsilon, Momentum));
        var input = startsWithReLU ? network.Add($"{name}_sepconv1_act", new ReLU(), start) : start;
        Separable(network, $"{name}_sepconv1", inner, input);
        network.Add($"{name}_sepconv2_act", new ReLU());
        Separable(network, $"{name}_sepconv2", outputs);
        var (height, width) = (network.OutputShape[0], network.OutputShape[1]);
        network.Add(
            $"{name}_pool",
            new MaxPooling2D(
                new()
                {
                    Height = 3,
                    Width = 3,
                    Stride = 2,
                    Padding = Same(height, width),
                }
            )
        );
        network.Add($"{name}_add", new Add(), network.OutputName, shortcut);
    }

    private static void Separable(Network network, string name, int outputs, string? input = null)
    {
        var inputs = network.ShapeOf(input ?? network.OutputName)[2];
        network.Add(
            $"{name}.depthwise",
            new Convolution2D(BuildingBlocks.Depthwise(3, inputs)),
            input ?? network.OutputName
        );
        network.Add($"{name}.pointwise", new Convolution2D(BuildingBlocks.Square(1, inputs, outputs)));
        network.Add($"{name}_bn", new BatchNormalization(outputs, Epsilon, Momentum));
    }

    /// <summary>
    /// Keras's padding <c>same</c> for windows of 3 and stride 2: one pixel at the end, and if the size is odd, one at
    /// the start, too.
    /// </summary>
    private static Padding2D Same(int height, int width) => new(height % 2, width % 2, 1, 1);
}
