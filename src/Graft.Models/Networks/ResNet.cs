using Graft.Imaging;
using Graft.Layers;
using Graft.Layers.Activations;
using Graft.Layers.Convolution;
using Graft.Layers.Linear;
using Graft.Layers.Merging;
using Graft.Layers.Networks;
using Graft.Layers.Normalization;
using Graft.Layers.Pooling;
using Graft.Layers.Reshaping;

namespace Graft.Models.Networks;

/// <summary>
/// Residual networks. He, Zhang, Ren and Sun, "Deep Residual Learning for Image Recognition" (2015), table 1 and figure
/// 5. Nodes have torchvision's names.
/// </summary>
/// <remarks>
/// ResNets with bottleneck blocks (50, 101, 152) come in two forms with incompatible weights. In the paper's form,
/// which Keras also has, the first 1x1 convolution of a block that halves the size has stride 2, and convolutions have
/// biases; it has the plain name. In torchvision's form, also known as version 1.5, the 3x3 convolution has the stride,
/// and there are no biases; its name ends in <c>_v1.5</c>. <see cref="Architectures.ForWeights"/> distinguishes them by
/// the tensor names in a file.
/// </remarks>
public static class ResNet
{
    /// <summary>
    /// The node that gives the pooled features: <c>[batch, 512]</c> with basic blocks, <c>[batch, 2048]</c> with
    /// bottlenecks.
    /// </summary>
    public const string PooledFeatures = "avgpool";

    /// <summary>The node that gives the 1,000 logits.</summary>
    public const string Logits = "fc";

    /// <summary>The suffix of the names of torchvision's form.</summary>
    internal const string TorchvisionSuffix = "_v1.5";

    /// <summary>The epsilon of Keras's ImageNet weights; torchvision uses PyTorch's default.</summary>
    private const float KerasEpsilon = 1e-3f;

    /// <summary>The output channels of a bottleneck block for each of its inner channels.</summary>
    private const int Expansion = 4;

    /// <summary>The inner channels of each stage.</summary>
    private static readonly int[] Channels = [64, 128, 256, 512];

    /// <summary>Table 1: the number of blocks in each stage, and whether they are bottlenecks.</summary>
    private static readonly (int Depth, int[] Blocks, bool HasBottlenecks)[] Depths =
    [
        (18, [2, 2, 2, 2], false),
        (34, [3, 4, 6, 3], false),
        (50, [3, 4, 6, 3], true),
        (101, [3, 4, 23, 3], true),
        (152, [3, 8, 36, 3], true),
    ];

    /// <summary>All depths; those with bottlenecks in both forms. The last is CNTK's.</summary>
    internal static IReadOnlyList<Architecture> All { get; } =
    [
        .. Depths.SelectMany(static size =>
            size.HasBottlenecks
                ? new[]
                {
                    Describe(size.Depth, size.Blocks, Form.Paper),
                    Describe(size.Depth, size.Blocks, Form.Torchvision),
                }
                : [Describe(size.Depth, size.Blocks, Form.Basic)]
        ),
        Describe(18, [2, 2, 2, 3], Form.Basic) with
        {
            Name = "resnet18_cntk",
            Title = "ResNet-18 of CNTK and ML.NET, with a third block in the last stage",
            Preprocessing = new()
            {
                Height = 224,
                Width = 224,
                Resize = ResizeRule.Crop,
                ChannelOrder = ChannelOrder.Bgr,
                HasMeanImage = true,
            },
        },
    ];

    private enum Form
    {
        /// <summary>Blocks of two 3x3 convolutions.</summary>
        Basic,

        /// <summary>Bottlenecks as in the paper and in Keras.</summary>
        Paper,

        /// <summary>Bottlenecks as in torchvision.</summary>
        Torchvision,
    }

    private static Network Build(int[] blocks, Form form, Preprocessing preprocessing, int classes)
    {
        var network = BuildingBlocks.Begin(preprocessing);
        if (form == Form.Paper)
            network.Add("conv1.pad", new ZeroPadding2D(Padding2D.Around(3)));
        Convolution(
            network,
            form,
            "",
            1,
            network.OutputName,
            BuildingBlocks.Square(7, 3, 64, stride: 2) with
            {
                Padding = Padding2D.Around(form == Form.Paper ? 0 : 3),
            }
        );
        network.Add("relu", new ReLU());
        if (form == Form.Paper)
            network.Add("maxpool.pad", new ZeroPadding2D(Padding2D.Around(1)));
        network.Add("maxpool", BuildingBlocks.MaxPooling(3, 2, padding: form == Form.Paper ? 0 : 1));
        for (var stage = 0; stage < blocks.Length; stage++)
        {
            for (var block = 0; block < blocks[stage]; block++)
                Block(network, form, $"layer{stage + 1}.{block}", Channels[stage], stage > 0 && block == 0 ? 2 : 1);
        }

        network.Add(PooledFeatures, new GlobalAveragePooling2D());
        network.Add(Logits, new Dense(network.OutputShape[0], classes));
        return network;
    }

    /// <summary>
    /// Two 3x3 convolutions, or a 1x1 reduction, a 3x3 convolution and a 1x1 expansion. The input is added; it is
    /// projected if the shapes differ.
    /// </summary>
    private static void Block(Network network, Form form, string name, int inner, int stride)
    {
        var start = network.OutputName;
        var inputs = network.OutputShape[2];
        var outputs = form == Form.Basic ? inner : inner * Expansion;
        Convolution2DOptions[] convolutions = form switch
        {
            Form.Basic => [BuildingBlocks.Square(3, inputs, inner, stride), BuildingBlocks.Square(3, inner, inner)],
            Form.Paper =>
            [
                BuildingBlocks.Square(1, inputs, inner, stride),
                BuildingBlocks.Square(3, inner, inner),
                BuildingBlocks.Square(1, inner, outputs),
            ],
            _ =>
            [
                BuildingBlocks.Square(1, inputs, inner),
                BuildingBlocks.Square(3, inner, inner, stride),
                BuildingBlocks.Square(1, inner, outputs),
            ],
        };
        for (var number = 1; number < convolutions.Length; number++)
        {
            Convolution(network, form, $"{name}.", number, network.OutputName, convolutions[number - 1]);
            network.Add($"{name}.relu{number}", new ReLU());
        }

        Convolution(network, form, $"{name}.", convolutions.Length, network.OutputName, convolutions[^1]);
        var last = network.OutputName;
        var shortcut = start;
        if (inputs != outputs || stride != 1)
        {
            network.Add(
                $"{name}.downsample.0",
                new Convolution2D(
                    BuildingBlocks.Square(1, inputs, outputs, stride) with
                    {
                        HasBias = form == Form.Paper,
                    }
                ),
                start
            );
            shortcut = network.Add($"{name}.downsample.1", Normalization(form, outputs));
        }

        network.Add($"{name}.add", new Add(), last, shortcut);
        network.Add($"{name}.relu{convolutions.Length}", new ReLU());
    }

    private static void Convolution(
        Network network,
        Form form,
        string prefix,
        int number,
        string input,
        Convolution2DOptions options
    )
    {
        network.Add($"{prefix}conv{number}", new Convolution2D(options with { HasBias = form == Form.Paper }), input);
        network.Add($"{prefix}bn{number}", Normalization(form, options.OutputChannels));
    }

    private static BatchNormalization Normalization(Form form, int channels) =>
        form == Form.Paper ? new BatchNormalization(channels, KerasEpsilon) : new BatchNormalization(channels);

    private static Architecture Describe(int depth, int[] blocks, Form form)
    {
        var spatial = $"layer4.{blocks[^1] - 1}.relu{(form == Form.Basic ? 2 : 3)}";
        return new()
        {
            Name = form == Form.Torchvision ? $"resnet{depth}{TorchvisionSuffix}" : $"resnet{depth}",
            Title = form switch
            {
                Form.Paper => $"ResNet-{depth}, stride on the 1x1 as in the paper and Keras",
                Form.Torchvision => $"ResNet-{depth}, stride on the 3x3 as in torchvision",
                _ => $"ResNet-{depth}",
            },
            Paper =
                "Deep Residual Learning for Image Recognition, He, Zhang, Ren, Sun, 2015, "
                + "https://arxiv.org/abs/1512.03385",
            Preprocessing = form == Form.Paper ? Preprocessing.Caffe(224) : Preprocessing.Torchvision(224),
            SmallestSize = 1,
            Builder = (preprocessing, classes) => Build(blocks, form, preprocessing, classes),
            FeatureNodes = [PooledFeatures, spatial],
            SpatialFeatures = spatial,
            PooledFeatures = PooledFeatures,
            LogitsNode = Logits,
            Stages =
            [
                new("stem", form == Form.Paper ? "conv1.pad" : "conv1"),
                .. Enumerable
                    .Range(1, blocks.Length)
                    .Select(stage => new NetworkStage($"layer{stage}", $"layer{stage}.0.conv1")),
                new("fc", PooledFeatures),
            ],
        };
    }
}
