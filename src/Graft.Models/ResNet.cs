using Graft.Layers.Activations;
using Graft.Layers.Convolution;
using Graft.Layers.Linear;
using Graft.Layers.Merging;
using Graft.Layers.Networks;
using Graft.Layers.Normalization;
using Graft.Layers.Pooling;
using Graft.Tensors;

namespace Graft.Models;

/// <summary>
/// Residual networks with bottleneck blocks. He, Zhang, Ren and Sun, "Deep Residual Learning for Image Recognition" (2015),
/// table 1 and figure 5 (right). Nodes have torchvision's names.
/// </summary>
/// <remarks>
/// This is the paper's own variant, which Keras has too: where a stage halves the image, the first 1x1 convolution of its
/// first block has stride 2; convolutions have biases. Feature nodes: <c>avgpool</c> (pooled) and <see cref="SpatialFeatures"/>.
/// </remarks>
public static class ResNet
{
    /// <summary>The node that gives the pooled features, <c>[batch, 2048]</c>.</summary>
    public const string PooledFeatures = "avgpool";

    /// <summary>The node that gives the last feature map, <c>[batch, height / 32, width / 32, 2048]</c>.</summary>
    public const string SpatialFeatures = "layer4.2.relu3";

    /// <summary>The node that gives the 1,000 logits.</summary>
    public const string Logits = "fc";

    /// <summary>Keras's epsilon in its ImageNet weights.</summary>
    private const float Epsilon = 1e-3f;

    /// <summary>Outputs of a block for each of its inner channels.</summary>
    private const int Expansion = 4;

    /// <summary>ResNet-50's stages: blocks, and inner channels.</summary>
    private static readonly (int Blocks, int Channels)[] Stages50 = [(3, 64), (4, 128), (6, 256), (3, 512)];

    /// <summary>Builds ResNet-50 with zero weights, from preprocessing to logits.</summary>
    /// <param name="preprocessing">Input size and what is done to RGB pixels of 0 to 255 before the first convolution.</param>
    /// <param name="classes">How many logits.</param>
    /// <returns>A network that the caller disposes; input <c>[height, width, 3]</c>, output <c>[classes]</c>.</returns>
    public static Network Build50(Preprocessing preprocessing, int classes = 1000)
    {
        ArgumentNullException.ThrowIfNull(preprocessing);
        var network = new Network(new Shape(preprocessing.Height, preprocessing.Width, 3));
        network.Add("preprocessing", preprocessing.ToLayer());
        Stem(network);
        var channels = 64;
        for (var stage = 0; stage < Stages50.Length; stage++)
        {
            var (blocks, inner) = Stages50[stage];
            for (var block = 0; block < blocks; block++)
            {
                Bottleneck(network, $"layer{stage + 1}.{block}", channels, inner, stage > 0 && block == 0 ? 2 : 1);
                channels = inner * Expansion;
            }
        }

        network.Add(PooledFeatures, new GlobalAveragePooling2D());
        network.Add(Logits, new Dense(channels, classes));
        return network;
    }

    private static void Stem(Network network)
    {
        network.Add("conv1.pad", new ZeroPadding2D(Padding2D.Around(3)));
        ConvolutionAndNormalization(network, "", 1, network.OutputName, new() { InputChannels = 3, OutputChannels = 64, KernelHeight = 7, KernelWidth = 7, Stride = 2 });
        network.Add("relu", new ReLU());
        network.Add("maxpool.pad", new ZeroPadding2D(Padding2D.Around(1)));
        network.Add("maxpool", new MaxPooling2D(new() { Height = 3, Width = 3, Stride = 2 }));
    }

    /// <summary>1x1 down, 3x3, 1x1 up, and the sum with the input, which is projected where shapes differ.</summary>
    private static void Bottleneck(Network network, string name, int inputs, int inner, int stride)
    {
        var start = network.OutputName;
        var outputs = inner * Expansion;
        ConvolutionAndNormalization(network, $"{name}.", 1, start, Pointwise(inputs, inner, stride));
        network.Add($"{name}.relu1", new ReLU());
        ConvolutionAndNormalization(network, $"{name}.", 2, network.OutputName, new() { InputChannels = inner, OutputChannels = inner, KernelHeight = 3, KernelWidth = 3, Padding = Padding2D.Around(1) });
        network.Add($"{name}.relu2", new ReLU());
        ConvolutionAndNormalization(network, $"{name}.", 3, network.OutputName, Pointwise(inner, outputs, 1));
        var last = network.OutputName;
        var shortcut = start;
        if (inputs != outputs || stride != 1)
        {
            network.Add($"{name}.downsample.0", new Convolution2D(Pointwise(inputs, outputs, stride)), start);
            shortcut = network.Add($"{name}.downsample.1", new BatchNormalization(outputs, Epsilon));
        }

        network.Add($"{name}.add", new Add(), last, shortcut);
        network.Add($"{name}.relu3", new ReLU());
    }

    private static void ConvolutionAndNormalization(Network network, string prefix, int number, string input, Convolution2DOptions options)
    {
        network.Add($"{prefix}conv{number}", new Convolution2D(options), input);
        network.Add($"{prefix}bn{number}", new BatchNormalization(options.OutputChannels, Epsilon));
    }

    private static Convolution2DOptions Pointwise(int inputs, int outputs, int stride) =>
        new() { InputChannels = inputs, OutputChannels = outputs, KernelHeight = 1, KernelWidth = 1, Stride = stride };
}
