using Graft.Layers;
using Graft.Layers.Activations;
using Graft.Layers.Convolution;
using Graft.Layers.Linear;
using Graft.Layers.Networks;
using Graft.Layers.Normalization;
using Graft.Layers.Pooling;
using Graft.Layers.Regularization;
using Graft.Models;
using Graft.Tensors;
using Graft.Weights.Json;
using Graft.Weights.Keras;
using Graft.Weights.Onnx;
using Graft.Weights.TfJs;

namespace Graft.Fixtures;

/// <summary>A small classifier without preprocessing, in files as another program would leave them.</summary>
public static class ForeignNetworks
{
    public const int Size = 32;
    public const int Channels = 12;

    /// <summary>Makes it: it takes values from 0 to 1.</summary>
    public static Network Make()
    {
        var network = new Network(new Shape(Size, Size, 3));
        network.Add(
            "conv_a",
            new Convolution2D(
                new()
                {
                    InputChannels = 3,
                    OutputChannels = 8,
                    KernelHeight = 3,
                    KernelWidth = 3,
                    Stride = 2,
                    Padding = Padding2D.Around(1),
                }
            )
        );
        network.Add("norm_a", new BatchNormalization(8));
        network.Add("relu_a", new ReLU());
        network.Add(
            "conv_b",
            new Convolution2D(
                new()
                {
                    InputChannels = 8,
                    OutputChannels = Channels,
                    KernelHeight = 3,
                    KernelWidth = 3,
                    Stride = 2,
                    Padding = Padding2D.Around(1),
                }
            )
        );
        network.Add("relu_b", new ReLU());
        network.Add("mean", new GlobalAveragePooling2D());
        network.Add("drop", new Dropout(0.2f));
        // A name that a head of Graft's has too.
        network.Add("head.logits", new Dense(Channels, 7));
        network.Add("probabilities", new Softmax());
        Initializers.HeUniform(network, new DeterministicRandom(3));
        return network;
    }

    /// <summary>Writes it as a file of a kind.</summary>
    /// <returns>The file, and that of its weights where they have one.</returns>
    public static (string File, string? Weights) Write(string kind, string folder)
    {
        using var network = Make();
        var (file, weights) = (
            Path.Combine(folder, $"network.{(kind == "onnx" ? "onnx" : "json")}"),
            Path.Combine(folder, "weights.safetensors")
        );
        switch (kind)
        {
            case "onnx":
                OnnxWriter.Write(file, network, new OnnxExportOptions());
                return (file, null);
            case "tfjs":
                TfJsWriter.Write(folder, network);
                return (Path.Combine(folder, "model.json"), null);
            case "keras":
                KerasArchitecture.Write(file, network);
                KerasArchitecture.WriteWeights(weights, network);
                return (file, weights);
            default:
                NetworkJson.Write(file, network);
                NetworkWeights.Save(network, weights);
                return (file, weights);
        }
    }
}
