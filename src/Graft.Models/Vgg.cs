using System.Globalization;
using Graft.Layers.Activations;
using Graft.Layers.Convolution;
using Graft.Layers.Linear;
using Graft.Layers.Networks;
using Graft.Layers.Pooling;
using Graft.Layers.Regularization;
using Graft.Layers.Reshaping;
using Graft.Tensors;

namespace Graft.Models;

/// <summary>
/// Plain stacks of 3x3 convolutions. Simonyan and Zisserman, "Very Deep Convolutional Networks for Large-Scale Image
/// Recognition" (2014), table 1. Nodes have torchvision's names.
/// </summary>
/// <remarks>
/// The classifier takes the last feature map flattened with the channels of a pixel side by side; torchvision's
/// <c>classifier.0.weight</c> has its inputs in the order channels, height, width. Its size follows the image's, so weights
/// of the classifier fit images of 224 pixels only (torchvision would pool other sizes to 7x7).
/// </remarks>
public static class Vgg
{
    /// <summary>The node that gives the last feature map, after the last pooling: <c>[batch, height / 32, width / 32, 512]</c>.</summary>
    public const string SpatialFeatures = "features.30";

    /// <summary>The node that gives the last feature map as a row: <c>[batch, 25088]</c> for 224 pixels.</summary>
    public const string FlattenedFeatures = "flatten";

    /// <summary>The node behind the first hidden layer of the classifier and its rectifier: <c>[batch, 4096]</c>.</summary>
    public const string FirstHiddenFeatures = "classifier.1";

    /// <summary>The node behind the second hidden layer of the classifier and its rectifier: <c>[batch, 4096]</c>.</summary>
    public const string SecondHiddenFeatures = "classifier.4";

    /// <summary>The node that gives the 1,000 logits.</summary>
    public const string Logits = "classifier.6";

    private const int Hidden = 4096;

    /// <summary>VGG-16's stages (column D): convolutions, and channels. Each ends with a pooling.</summary>
    private static readonly (int Convolutions, int Channels)[] Stages16 = [(2, 64), (2, 128), (3, 256), (3, 512), (3, 512)];

    /// <summary>Builds VGG-16 with zero weights, from preprocessing to logits.</summary>
    /// <param name="preprocessing">Input size, at least 32 pixels, and what is done to RGB pixels of 0 to 255 before the first convolution.</param>
    /// <param name="classes">How many logits.</param>
    /// <returns>A network that the caller disposes; input <c>[height, width, 3]</c>, output <c>[classes]</c>.</returns>
    public static Network Build16(Preprocessing preprocessing, int classes = 1000)
    {
        var network = BuildTrunk16(preprocessing);
        network.Add(FlattenedFeatures, new Flatten());
        network.Add("classifier.0", new Dense(network.OutputShape[0], Hidden));
        network.Add(FirstHiddenFeatures, new ReLU());
        network.Add("classifier.2", new Dropout(0.5f));
        network.Add("classifier.3", new Dense(Hidden, Hidden));
        network.Add(SecondHiddenFeatures, new ReLU());
        network.Add("classifier.5", new Dropout(0.5f));
        network.Add(Logits, new Dense(Hidden, classes));
        return network;
    }

    /// <summary>Builds VGG-16 without its classifier, with zero weights, from preprocessing to the last feature map.</summary>
    /// <param name="preprocessing">As for <see cref="Build16"/>.</param>
    /// <returns>A network that the caller disposes; input <c>[height, width, 3]</c>, output <c>[height / 32, width / 32, 512]</c>.</returns>
    public static Network BuildTrunk16(Preprocessing preprocessing)
    {
        ArgumentNullException.ThrowIfNull(preprocessing);
        var network = new Network(new Shape(preprocessing.Height, preprocessing.Width, 3));
        network.Add("preprocessing", preprocessing.ToLayer());
        var inputs = 3;
        var number = 0;
        foreach (var (convolutions, channels) in Stages16)
        {
            for (var i = 0; i < convolutions; i++)
            {
                network.Add(Name(number++), new Convolution2D(new() { InputChannels = inputs, OutputChannels = channels, KernelHeight = 3, KernelWidth = 3, Padding = Padding2D.Around(1) }));
                network.Add(Name(number++), new ReLU());
                inputs = channels;
            }

            network.Add(Name(number++), new MaxPooling2D(new() { Height = 2, Width = 2, Stride = 2 }));
        }

        return network;
    }

    private static string Name(int number) => string.Create(CultureInfo.InvariantCulture, $"features.{number}");
}
