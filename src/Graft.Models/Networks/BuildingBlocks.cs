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

/// <summary>The groups of nodes that several networks have in common.</summary>
internal static class BuildingBlocks
{
    /// <summary>The node that subtracts the mean image, if the weights have one.</summary>
    public const string MeanImage = "mean_image";

    /// <summary>
    /// Creates a network with the arithmetic of the preprocessing: node <c>preprocessing</c>, and
    /// <see cref="MeanImage"/> if there is one.
    /// </summary>
    public static Network Begin(Preprocessing preprocessing)
    {
        ArgumentNullException.ThrowIfNull(preprocessing);
        var network = new Network(new Shape(preprocessing.Height, preprocessing.Width, 3));
        network.Add("preprocessing", preprocessing.ToLayer());
        if (preprocessing.HasMeanImage)
            network.Add(MeanImage, new MeanImageSubtraction(preprocessing.Height, preprocessing.Width, 3));
        return network;
    }

    /// <summary>
    /// A convolution with a square kernel and no bias, padded so that stride 1 keeps height and width.
    /// </summary>
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

    /// <summary>A depthwise convolution with a square kernel and no bias.</summary>
    public static Convolution2DOptions Depthwise(int kernel, int channels, int stride = 1) =>
        Square(kernel, channels, channels, stride) with
        {
            Groups = channels,
        };

    /// <summary>Max pooling with a square window.</summary>
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
    /// Adds convolution, batch normalisation and activation as nodes <c>name.0</c>, <c>name.1</c> and <c>name.2</c>,
    /// like torchvision's <c>Conv2dNormActivation</c>. Without an activation, only the first two.
    /// </summary>
    /// <returns>The name of the last node.</returns>
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
    /// Adds convolution, batch normalisation and a ReLU as nodes <c>name.conv</c>, <c>name.bn</c> and <c>name.relu</c>,
    /// like the <c>BasicConv2d</c> of torchvision's Inception networks.
    /// </summary>
    /// <returns>The name of the last node.</returns>
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
    /// Adds squeeze-and-excitation (Hu, Shen and Sun, "Squeeze-and-Excitation Networks", 2017): each channel of the
    /// last node's output is multiplied by a factor that two pointwise convolutions compute from the means of all
    /// channels.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="name">The prefix of the nodes' names.</param>
    /// <param name="channels">The number of channels of the last node's output.</param>
    /// <param name="squeezed">The number of channels between the two convolutions.</param>
    /// <param name="activation">The activation after the first convolution.</param>
    /// <param name="gate">The activation after the second convolution, with values from 0 to 1.</param>
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
    /// Rounds a number of channels to the nearest multiple of 8, as in MobileNets and EfficientNets. The result is not
    /// more than 10 % below the number.
    /// </summary>
    public static int RoundChannels(double channels)
    {
        var rounded = Math.Max(8, (int)(channels + 4) / 8 * 8);
        return rounded < 0.9 * channels ? rounded + 8 : rounded;
    }
}
