using Graft.Imaging;
using Graft.Layers;
using Graft.Layers.Activations;
using Graft.Layers.Convolution;
using Graft.Layers.Merging;
using Graft.Layers.Networks;
using Graft.Layers.Pooling;
using Graft.Layers.Regularization;

namespace Graft.Models.Networks;

/// <summary>
/// Fire modules: a 1x1 squeeze before parallel 1x1 and 3x3 convolutions. Iandola et al., "SqueezeNet: AlexNet-level
/// accuracy with 50x fewer parameters and &lt;0.5MB model size" (2016), table 1; version 1.1 is the authors' variant
/// with less than half the operations. Nodes have torchvision's names.
/// </summary>
/// <remarks>
/// The classifier is a convolution whose outputs are averaged, so that the network itself has no pooled features. A
/// trunk gets a node with the means of the last feature map.
/// </remarks>
internal static class SqueezeNet
{
    /// <summary>
    /// The first kernel and its channels, then the squeezed and expanded channels of each module. Zeros stand for max
    /// pooling, because it has a number among the modules, too.
    /// </summary>
    private static readonly (
        string Version,
        int Kernel,
        int Channels,
        (int Squeezed, int Expanded)[] Modules
    )[] Versions =
    [
        (
            "1_0",
            7,
            96,
            [
                default,
                (16, 64),
                (16, 64),
                (32, 128),
                default,
                (32, 128),
                (48, 192),
                (48, 192),
                (64, 256),
                default,
                (64, 256),
            ]
        ),
        (
            "1_1",
            3,
            64,
            [
                default,
                (16, 64),
                (16, 64),
                default,
                (32, 128),
                (32, 128),
                default,
                (48, 192),
                (48, 192),
                (64, 256),
                (64, 256),
            ]
        ),
    ];

    /// <summary>Both versions.</summary>
    internal static IReadOnlyList<Architecture> All { get; } =
    [
        .. Versions.Select(static version => new Architecture
        {
            Name = $"squeezenet{version.Version}",
            Title = $"SqueezeNet {version.Version.Replace('_', '.')}",
            Paper =
                "SqueezeNet: AlexNet-level accuracy with 50x fewer parameters and <0.5MB model size, Iandola, Han, "
                + "Moskewicz, Ashraf, Dally, Keutzer, 2016, https://arxiv.org/abs/1602.07360",
            Preprocessing = Preprocessing.Torchvision(224),
            SmallestSize = version.Kernel == 7 ? 21 : 17,
            AddLayers = (builder, classes) =>
                Build(builder, version.Kernel, version.Channels, version.Modules, classes),
        }),
    ];

    private static void Build(
        ArchitectureBuilder builder,
        int kernel,
        int channels,
        (int Squeezed, int Expanded)[] modules,
        int classes
    )
    {
        var network = builder.Network;
        builder.BeginStage("stem");
        network.Add(
            "features.0",
            new Convolution2D(
                BuildingBlocks.Square(kernel, 3, channels, stride: 2) with
                {
                    Padding = Padding2D.None,
                    HasBias = true,
                }
            )
        );
        network.Add("features.1", new ReLU());
        var stage = 0;
        for (var i = 0; i < modules.Length; i++)
        {
            // A stage ends with max pooling.
            if (i > 0 && modules[i - 1] == default)
                builder.BeginStage($"stage{++stage}");
            var name = $"features.{i + 2}";
            if (modules[i] == default)
                network.Add(name, BuildingBlocks.MaxPooling(3, 2, roundUp: true));
            else
                Fire(network, name, modules[i].Squeezed, modules[i].Expanded);
        }

        builder.MarkSpatialFeatures();
        builder.NamePooledFeatures("features.avgpool");
        builder.BeginStage("classifier");
        network.Add("classifier.0", new Dropout(0.5f));
        network.Add("classifier.1", new Convolution2D(BuildingBlocks.Square(1, 512, classes) with { HasBias = true }));
        network.Add("classifier.2", new ReLU());
        network.Add("classifier.3", new GlobalAveragePooling2D());
        builder.MarkLogits();
    }

    private static void Fire(Network network, string name, int squeezed, int expanded)
    {
        network.Add(
            $"{name}.squeeze",
            new Convolution2D(BuildingBlocks.Square(1, network.OutputShape[2], squeezed) with { HasBias = true })
        );
        var input = network.Add($"{name}.squeeze_activation", new ReLU());
        var branches = new List<string>();
        foreach (var kernel in (int[])[1, 3])
        {
            var branch = $"{name}.expand{kernel}x{kernel}";
            network.Add(
                branch,
                new Convolution2D(BuildingBlocks.Square(kernel, squeezed, expanded) with { HasBias = true }),
                input
            );
            branches.Add(network.Add($"{branch}_activation", new ReLU()));
        }

        network.Add(name, new Concatenate(2), branches);
    }
}
