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
/// trunk gets a node with the means of the last feature map (<see cref="PooledFeatures"/>).
/// </remarks>
public static class SqueezeNet
{
    /// <summary>The node that gives the last feature map: <c>[batch, 13, 13, 512]</c> for 224 pixels.</summary>
    public const string SpatialFeatures = "features.12";

    /// <summary>The node of a trunk that gives the means of the last feature map, <c>[batch, 512]</c>.</summary>
    public const string PooledFeatures = "features.avgpool";

    /// <summary>The node that gives the 1,000 logits.</summary>
    public const string Logits = "classifier.3";

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
            Builder = (preprocessing, classes) =>
                Build(version.Kernel, version.Channels, version.Modules, preprocessing, classes),
            FeatureNodes = [PooledFeatures, SpatialFeatures],
            SpatialFeatures = SpatialFeatures,
            PooledFeatures = PooledFeatures,
            LogitsNode = Logits,
            Stages = Stages(version.Modules),
        }),
    ];

    private static Network Build(
        int kernel,
        int channels,
        (int Squeezed, int Expanded)[] modules,
        Preprocessing preprocessing,
        int classes
    )
    {
        var network = BuildingBlocks.Begin(preprocessing);
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
        for (var i = 0; i < modules.Length; i++)
        {
            var name = $"features.{i + 2}";
            if (modules[i] == default)
                network.Add(name, BuildingBlocks.MaxPooling(3, 2, roundUp: true));
            else
                Fire(network, name, modules[i].Squeezed, modules[i].Expanded);
        }

        network.Add("classifier.0", new Dropout(0.5f));
        network.Add("classifier.1", new Convolution2D(BuildingBlocks.Square(1, 512, classes) with { HasBias = true }));
        network.Add("classifier.2", new ReLU());
        network.Add(Logits, new GlobalAveragePooling2D());
        return network;
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

    /// <summary>Lists the stages; each max pooling ends one.</summary>
    private static List<NetworkStage> Stages((int Squeezed, int Expanded)[] modules)
    {
        var stages = new List<NetworkStage> { new("stem", "features.0") };
        for (var i = 1; i < modules.Length; i++)
        {
            if (modules[i - 1] == default)
                stages.Add(new($"stage{stages.Count}", $"features.{i + 2}.squeeze"));
        }

        stages.Add(new("classifier", "classifier.0"));
        return stages;
    }
}
