using Graft.Imaging;
using Graft.Layers.Activations;
using Graft.Layers.Networks;
using Graft.Weights;
using Graft.Weights.Onnx;

namespace Graft.Classification;

/// <summary>
/// An opened classifier file: the whole network from pixels to probabilities, and its metadata. Owns the network. Not
/// thread-safe.
/// </summary>
public sealed class ClassifierFile : IDisposable
{
    /// <summary>The name of the last node.</summary>
    private const string ProbabilitiesNode = "probabilities";

    /// <summary>The name of the backbone and the head of a network built by hand.</summary>
    private const string OwnNetwork = "own network";

    private ClassifierFile(Network network, ClassifierMetadata metadata)
    {
        Network = network;
        Metadata = metadata;
    }

    /// <summary>The network, from RGB pixels (0 to 255) to probabilities.</summary>
    public Network Network { get; }

    /// <summary>Class names, preprocessing, provenance and confidence calibration.</summary>
    public ClassifierMetadata Metadata { get; }

    /// <summary>Appends a head and a softmax to a trunk and writes the file.</summary>
    /// <param name="path">The file's path. The write is atomic.</param>
    /// <param name="trunk">The trunk; the head's layers are appended to it.</param>
    /// <param name="head">The head, from features to logits; empty afterwards.</param>
    /// <param name="metadata">The metadata. Missing golden outputs are computed.</param>
    public static void Write(string path, Network trunk, Network head, ClassifierMetadata metadata)
    {
        trunk.Append(head);
        trunk.Add(ProbabilitiesNode, new Softmax());
        WriteWhole(path, trunk, metadata);
    }

    /// <summary>Writes a network built by hand; the network is not changed.</summary>
    public static void Write(
        string path,
        Network network,
        IReadOnlyList<string> classNames,
        Preprocessing preprocessing
    )
    {
        var last = network.OutputName;
        var provenance = new Provenance
        {
            Graft = GraftVersion.Current,
            Backbone = OwnNetwork,
            BackboneDigest = NetworkDigest.Compute(network, last),
            Head = OwnNetwork,
            Seed = 0,
            TrainingImages = 0,
            ValidationImages = 0,
        };
        var metadata = new ClassifierMetadata(classNames, preprocessing, last, provenance);
        if (network[last].Layer is Softmax)
        {
            WriteWhole(path, network, metadata);
            return;
        }

        // The softmax of log-probabilities gives the probabilities, as it does for logits.
        network.Add(ProbabilitiesNode, new Softmax());
        try
        {
            WriteWhole(path, network, metadata);
        }
        finally
        {
            network.CutAt(last);
        }
    }

    /// <summary>Writes a network that ends in probabilities, with its outputs for the golden images.</summary>
    private static void WriteWhole(string path, Network network, ClassifierMetadata metadata) =>
        OnnxWriter.Write(
            path,
            network,
            new OnnxExportOptions
            {
                Metadata = (metadata with { Golden = metadata.Golden ?? GoldenImages.AnswersOf(network) }).ToTexts(),
            }
        );

    /// <summary>Reads a file.</summary>
    /// <exception cref="WeightsFormatException">The file is not a classifier, or is damaged.</exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    public static ClassifierFile Read(string path)
    {
        var model = OnnxModel.Read(path);
        try
        {
            var metadata = ClassifierMetadata.Parse(path, model.Metadata);
            var network = model.Network;
            var preprocessing = metadata.Preprocessing;
            if (network.OutputShape.Rank != 1 || network.OutputShape[0] != metadata.ClassNames.Count)
                throw Wrong(
                    $"{metadata.ClassNames.Count} probabilities, one for each class",
                    $"an output of shape {network.OutputShape}"
                );
            if (
                network.InputShape.Rank != 3
                || network.InputShape[0] != preprocessing.Height
                || network.InputShape[1] != preprocessing.Width
                || network.InputShape[2] != 3
            )
                throw Wrong($"an input of {preprocessing.Height} x {preprocessing.Width} x 3", $"{network.InputShape}");
            if (!network.Contains(metadata.FeatureNode))
                throw Wrong($"a node '{metadata.FeatureNode}'", "no such node");
            return new ClassifierFile(network, metadata);
        }
        catch
        {
            model.Dispose();
            throw;
        }

        WeightsFormatException Wrong(string expected, string found) =>
            new("Reading the classifier", path, expected, found, "The file was altered: train the model again.");
    }

    /// <summary>Disposes the network.</summary>
    public void Dispose() => Network.Dispose();
}
