using Graft.Imaging;
using Graft.Layers;
using Graft.Layers.Activations;
using Graft.Layers.Convolution;
using Graft.Layers.Linear;
using Graft.Layers.Networks;
using Graft.Layers.Pooling;
using Graft.Layers.Regularization;
using Graft.Layers.Reshaping;

namespace Graft.Models.Networks;

/// <summary>
/// Five convolutions and three dense layers. Krizhevsky, "One weird trick for parallelizing convolutional neural
/// networks" (2014), in torchvision's variant: one column, and no response normalisation. Nodes have torchvision's
/// names.
/// </summary>
public static class AlexNet
{
    /// <summary>
    /// The node that gives the last feature map, after the last pooling: <c>[batch, 6, 6, 256]</c> for 224 pixels.
    /// </summary>
    public const string SpatialFeatures = "features.12";

    /// <summary>The node after the second hidden layer of the classifier and its ReLU: <c>[batch, 4096]</c>.</summary>
    public const string PooledFeatures = "classifier.5";

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
            Builder = Build,
            FeatureNodes = [SpatialFeatures, "flatten", "classifier.2", PooledFeatures],
            SpatialFeatures = SpatialFeatures,
            PooledFeatures = PooledFeatures,
            LogitsNode = "classifier.6",
            Stages =
            [
                new("conv1", "features.0"),
                new("conv2", "features.3"),
                new("conv3", "features.6"),
                new("conv4", "features.8"),
                new("conv5", "features.10"),
                new("classifier", "avgpool"),
            ],
        },
    ];

    /// <summary>Builds AlexNet with zero weights, from preprocessing to logits.</summary>
    /// <param name="preprocessing">
    /// The input size, at least 63 pixels, and the transformation of RGB pixels of 0 to 255 before the first
    /// convolution.
    /// </param>
    /// <param name="classes">The number of logits.</param>
    /// <returns>A network that the caller disposes; input <c>[height, width, 3]</c>, output <c>[classes]</c>.</returns>
    public static Network Build(Preprocessing preprocessing, int classes = 1000)
    {
        var network = BuildingBlocks.Begin(preprocessing);
        var inputs = 3;
        var number = 0;
        foreach (var (kernel, channels, stride, padding, pools) in Convolutions)
        {
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

        network.Add("avgpool", new AdaptiveAveragePooling2D(MapSize, MapSize));
        network.Add("flatten", new Flatten());
        network.Add("classifier.0", new Dropout(0.5f));
        network.Add("classifier.1", new Dense(MapSize * MapSize * inputs, Hidden));
        network.Add("classifier.2", new ReLU());
        network.Add("classifier.3", new Dropout(0.5f));
        network.Add("classifier.4", new Dense(Hidden, Hidden));
        network.Add(PooledFeatures, new ReLU());
        network.Add("classifier.6", new Dense(Hidden, classes));
        return network;
    }
}
