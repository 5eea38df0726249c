using Graft.Imaging;
using Graft.Layers;
using Graft.Layers.Activations;
using Graft.Layers.Convolution;
using Graft.Layers.Linear;
using Graft.Layers.Pooling;
using Graft.Layers.Regularization;
using Graft.Layers.Reshaping;

namespace Graft.Models.Networks;

/// <summary>
/// Five convolutions and three dense layers. Krizhevsky, "One weird trick for parallelizing convolutional neural
/// networks" (2014), in torchvision's variant: one column, and no response normalisation. Nodes have torchvision's
/// names.
/// </summary>
internal static class AlexNet
{
    private const int Hidden = 4096;

    /// <summary>
    /// The height and width of the classifier's input; feature maps of other sizes are averaged to it.
    /// </summary>
    private const int MapSize = 6;

    /// <summary>Kernel, channels, stride and padding of each convolution, and whether max pooling follows.</summary>
    private static readonly (int Kernel, int Channels, int Stride, int Padding, bool Pools)[] Convolutions =
    [
        (11, 64, 4, 2, true),
        (5, 192, 1, 2, true),
        (3, 384, 1, 1, false),
        (3, 256, 1, 1, false),
        (3, 256, 1, 1, true),
    ];

    /// <summary>The only variant.</summary>
    internal static IReadOnlyList<Architecture> All { get; } =
    [
        new()
        {
            Name = "alexnet",
            Title = "AlexNet",
            Paper =
                "One weird trick for parallelizing convolutional neural networks, Krizhevsky, 2014, "
                + "https://arxiv.org/abs/1404.5997",
            Preprocessing = Preprocessing.Torchvision(224),
            SmallestSize = 63,
            AddLayers = Build,
        },
    ];

    private static void Build(ArchitectureBuilder builder, int classes)
    {
        var network = builder.Network;
        var inputs = 3;
        var number = 0;
        foreach (var (index, (kernel, channels, stride, padding, pools)) in Convolutions.Index())
        {
            builder.BeginStage($"conv{index + 1}");
            network.Add(
                $"features.{number++}",
                new Convolution2D(
                    new()
                    {
                        InputChannels = inputs,
                        OutputChannels = channels,
                        KernelHeight = kernel,
                        KernelWidth = kernel,
                        Stride = stride,
                        Padding = Padding2D.Around(padding),
                    }
                )
            );
            network.Add($"features.{number++}", new ReLU());
            if (pools)
                network.Add($"features.{number++}", BuildingBlocks.MaxPooling(3, 2));
            inputs = channels;
        }

        builder.MarkSpatialFeatures(areUsual: true);
        builder.BeginStage("classifier");
        network.Add("avgpool", new AdaptiveAveragePooling2D(MapSize, MapSize));
        network.Add("flatten", new Flatten());
        builder.MarkFeatures();
        network.Add("classifier.0", new Dropout(0.5f));
        network.Add("classifier.1", new Dense(MapSize * MapSize * inputs, Hidden));
        network.Add("classifier.2", new ReLU());
        builder.MarkFeatures();
        network.Add("classifier.3", new Dropout(0.5f));
        network.Add("classifier.4", new Dense(Hidden, Hidden));
        network.Add("classifier.5", new ReLU());
        builder.MarkPooledFeatures();
        network.Add("classifier.6", new Dense(Hidden, classes));
        builder.MarkLogits();
    }
}
