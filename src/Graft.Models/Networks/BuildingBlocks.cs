using Graft.Imaging;
using Graft.Layers;
using Graft.Layers.Activations;
using Graft.Layers.Convolution;
using Graft.Layers.Merging;
using Graft.Layers.Networks;
using Graft.Layers.Normalization;
using Graft.Layers.Pooling;
using Graft.Tensors;

namespace Graft.Models.Networks;

/// <summary>The few groups of nodes that the networks of several papers are made of.</summary>
internal static class BuildingBlocks
{
    /// <summary>Starts a network whose first node does the arithmetic part of a preprocessing.</summary>
    public static Network Begin(Preprocessing preprocessing)
    {
        ArgumentNullException.ThrowIfNull(preprocessing);
        var network = new Network(new Shape(preprocessing.Height, preprocessing.Width, 3));
        network.Add("preprocessing", preprocessing.ToLayer());
        return network;
    }

    /// <summary>A square kernel without a bias, padded so that stride 1 keeps the image's size.</summary>
    public static Convolution2DOptions Square(int kernel, int inputs, int outputs, int stride = 1) =>
        new()
        {
            InputChannels = inputs,
            OutputChannels = outputs,
            KernelHeight = kernel,
            KernelWidth = kernel,
            Stride = stride,
            Padding = Padding2D.Around(kernel / 2),
            HasBias = false,
        };

    /// <summary>A square kernel for each channel.</summary>
    public static Convolution2DOptions Depthwise(int kernel, int channels, int stride = 1) =>
        Square(kernel, channels, channels, stride) with
        {
            Groups = channels,
        };

    /// <summary>A square maximum pooling.</summary>
    public static MaxPooling2D MaxPooling(int window, int stride, int padding = 0, bool roundUp = false) =>
        new(
            new()
            {
                Height = window,
                Width = window,
                Stride = stride,
                Padding = Padding2D.Around(padding),
                RoundUp = roundUp,
            }
        );

    /// <summary>
    /// Convolution, batch normalisation and activation as nodes <c>name.0</c>, <c>name.1</c> and <c>name.2</c>,
    /// torchvision's <c>Conv2dNormActivation</c>; without an activation the first two.
    /// </summary>
    /// <returns>The last node.</returns>
    public static string AddConvolutionNormalizationActivation(
        this Network network,
        string name,
        Convolution2DOptions options,
        BatchNormalization normalization,
        Layer? activation
    )
    {
        network.Add($"{name}.0", new Convolution2D(options));
        var last = network.Add($"{name}.1", normalization);
        return activation is null ? last : network.Add($"{name}.2", activation);
    }

    /// <summary>
    /// Convolution, batch normalisation and a ReLU as nodes <c>name.conv</c>, <c>name.bn</c> and <c>name.relu</c>, the
    /// <c>BasicConv2d</c> of torchvision's Inception networks.
    /// </summary>
    /// <returns>The last node.</returns>
    public static string AddBasicConvolution(
        this Network network,
        string name,
        Convolution2DOptions options,
        string? input = null
    )
    {
        network.Add($"{name}.conv", new Convolution2D(options), input ?? network.OutputName);
        network.Add($"{name}.bn", new BatchNormalization(options.OutputChannels, epsilon: 1e-3f));
        return network.Add($"{name}.relu", new ReLU());
    }

    /// <summary>
    /// Squeeze and excitation (Hu, Shen and Sun, "Squeeze-and-Excitation Networks", 2017): each channel of the last
    /// node's output is multiplied with a factor that two pointwise convolutions compute from the means of all
    /// channels.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="name">The name that the nodes begin with.</param>
    /// <param name="channels">Channels of the last node's output.</param>
    /// <param name="squeezed">Channels between the two convolutions.</param>
    /// <param name="activation">What follows the first convolution.</param>
    /// <param name="gate">What follows the second, from 0 to 1.</param>
    public static void AddSqueezeExcitation(
        this Network network,
        string name,
        int channels,
        int squeezed,
        Layer activation,
        Layer gate
    )
    {
        var input = network.OutputName;
        network.Add($"{name}.avgpool", new AdaptiveAveragePooling2D(1, 1));
        network.Add($"{name}.fc1", new Convolution2D(Square(1, channels, squeezed) with { HasBias = true }));
        network.Add($"{name}.activation", activation);
        network.Add($"{name}.fc2", new Convolution2D(Square(1, squeezed, channels) with { HasBias = true }));
        network.Add($"{name}.scale_activation", gate);
        network.Add($"{name}.scale", new Multiply(), input, $"{name}.scale_activation");
    }

    /// <summary>
    /// The multiple of 8 that is nearest to a number of channels, but not more than a tenth below it: how MobileNets
    /// and EfficientNets round.
    /// </summary>
    public static int RoundChannels(double channels)
    {
        var rounded = Math.Max(8, (int)(channels + 4) / 8 * 8);
        return rounded < 0.9 * channels ? rounded + 8 : rounded;
    }
}
