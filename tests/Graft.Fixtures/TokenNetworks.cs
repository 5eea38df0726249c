using Graft.Layers.Activations;
using Graft.Layers.Convolution;
using Graft.Layers.Linear;
using Graft.Layers.Merging;
using Graft.Layers.Networks;
using Graft.Layers.Normalization;
using Graft.Layers.Pooling;
using Graft.Layers.Reshaping;
using Graft.Tensors;
using Graft.Weights.Onnx;

namespace Graft.Fixtures;

/// <summary>
/// A small classifier of tokens without preprocessing: embedded patches, dense layers on each token with a residual
/// sum, and the mean of the tokens.
/// </summary>
public static class TokenNetworks
{
    public const int Size = 32;
    public const int Tokens = 64;
    public const int Channels = 8;

    /// <summary>The last node that gives tokens.</summary>
    public const string LastTokens = "norm";

    /// <summary>Makes it: it takes values from 0 to 1.</summary>
    public static Network Make()
    {
        var network = new Network(new Shape(Size, Size, 3));
        network.Add(
            "patches",
            new Convolution2D(
                new()
                {
                    InputChannels = 3,
                    OutputChannels = Channels,
                    KernelHeight = 4,
                    KernelWidth = 4,
                    Stride = 4,
                }
            )
        );
        network.Add("tokens", new ImageToTokens());
        network.Add("expand", new Dense(Channels, 10));
        network.Add("act", new Swish());
        network.Add("project", new Dense(10, Channels));
        network.Add("sum", new Add(), "tokens", "project");
        network.Add(LastTokens, new BatchNormalization(Channels));
        network.Add("mean", new GlobalAveragePooling1D());
        network.Add("fc", new Dense(Channels, 7));
        network.Add("probabilities", new Softmax());
        Initializers.HeUniform(network, new DeterministicRandom(3));
        return network;
    }

    /// <summary>Writes it as an ONNX file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="change">Changes the network before; nothing when null.</param>
    /// <returns>The file.</returns>
    public static string Write(string path, Action<Network>? change = null)
    {
        using var network = Make();
        change?.Invoke(network);
        OnnxWriter.Write(path, network, new OnnxExportOptions());
        return path;
    }
}
