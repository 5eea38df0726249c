using Graft.Classification;
using Graft.Imaging;
using Graft.Layers.Networks;
using Graft.Models;
using Graft.Weights;
using Graft.Weights.Formats;
using Graft.Weights.Json;
using Graft.Weights.Keras;
using Graft.Weights.Onnx;
using Graft.Weights.TfJs;

namespace Graft.Features.Backbones;

/// <summary>Reads networks from files of any kind that contains layers.</summary>
internal static class NetworkFile
{
    /// <summary>The usual image size, for files that do not fix it.</summary>
    private const int UsualSize = 224;

    private const string Operation = "Reading the network";

    /// <summary>
    /// Reads a network with its weights as it is in the file. It has preprocessing only if the file does.
    /// </summary>
    /// <param name="path">The file, or a folder with <c>model.onnx</c> or <c>model.json</c>.</param>
    /// <param name="weights">
    /// A file of weights, for architectures in JSON; null for files with their own weights.
    /// </param>
    /// <param name="imageSize">Height and width of the input in pixels, for files that do not fix it.</param>
    /// <returns>The network, owned by the caller, and what the file states about it.</returns>
    /// <exception cref="WeightsFormatException">
    /// The file is damaged or not supported, or its network is not for images.
    /// </exception>
    /// <exception cref="IOException">A file is missing or cannot be read.</exception>
    public static (Network Network, StatedInFile Stated) Read(string path, string? weights, int? imageSize)
    {
        var file = NetworkFileKinds.Locate(path);
        var kind = NetworkFileKinds.From(file);
        var hasWeights = kind is NetworkFileKind.Onnx or NetworkFileKind.TensorFlowJs;
        if (hasWeights && weights is not null)
            throw new WeightsFormatException(
                Operation,
                file,
                "a network without weights, or no --weights",
                "a network that has its own weights",
                "Leave out --weights."
            );
        if (!hasWeights && weights is null)
            throw new WeightsFormatException(
                Operation,
                file,
                "a network with weights",
                "layers without weights",
                "Name the file of its weights with --weights."
            );
        var size = imageSize ?? UsualSize;
        var (network, stated) = kind switch
        {
            NetworkFileKind.Onnx => ReadOnnx(file, size),
            NetworkFileKind.TensorFlowJs => (
                TfJsNetwork.Read(TfJsModel.Open(file), (size, size)),
                new StatedInFile("TensorFlow.js layers model", PreprocessingPreset.Symmetric)
            ),
            NetworkFileKind.Keras => (
                ReadKeras(file, weights!, size),
                new StatedInFile("Keras architecture", PreprocessingPreset.Symmetric)
            ),
            _ => (ReadGraft(file, weights!), new StatedInFile("Graft architecture", PreprocessingPreset.Torchvision)),
        };
        try
        {
            if (network.InputShape.Rank != 3 || network.InputShape[2] != 3)
                throw new WeightsFormatException(
                    Operation,
                    file,
                    "a network that takes colour images, [height, width, 3]",
                    $"one that takes {network.InputShape}",
                    "Name a network for RGB images."
                );
            if (imageSize is not null && (network.InputShape[0], network.InputShape[1]) != (size, size))
                throw new WeightsFormatException(
                    Operation,
                    file,
                    $"a network for images of {size}x{size}, or of any size",
                    $"one for {network.InputShape[1]}x{network.InputShape[0]}",
                    "Leave out --image-size, or convert the model for another size."
                );
            return (network, stated);
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    private static (Network, StatedInFile) ReadOnnx(string file, int size)
    {
        // The network outlives the model, which owns nothing else.
        var model = OnnxModel.Read(file, new OnnxReadOptions { ImageSize = (size, size) });
        try
        {
            var (preprocessing, features) = ClassifierMetadata.ParseTrunk(file, model.Metadata);
            return (
                model.Network,
                new StatedInFile("ONNX", PreprocessingPreset.Torchvision)
                {
                    Preprocessing = preprocessing,
                    Features = features,
                }
            );
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    private static Network ReadKeras(string file, string weights, int size)
    {
        using var tensors = TensorFile.Open(weights);
        return KerasArchitecture.Read(file, tensors, (size, size));
    }

    private static Network ReadGraft(string file, string weights)
    {
        var network = NetworkJson.Read(file);
        try
        {
            NetworkWeights.Load(network, weights);
            return network;
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }
}

/// <summary>What a file states about its network besides the layers.</summary>
/// <param name="Format">The format, in words for the user.</param>
/// <param name="Usual">The preprocessing that is usual for files of this kind.</param>
internal sealed record StatedInFile(string Format, PreprocessingPreset Usual)
{
    /// <summary>
    /// The preprocessing, whose arithmetic is the first layer of the network; null if the file does not state it.
    /// </summary>
    public Preprocessing? Preprocessing { get; init; }

    /// <summary>The node whose output is the features; null if the file does not state it.</summary>
    public string? Features { get; init; }
}
