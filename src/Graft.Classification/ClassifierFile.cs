using Graft.Imaging;
using Graft.Layers.Activations;
using Graft.Layers.Networks;
using Graft.Weights;
using Graft.Weights.Onnx;
using Graft.Weights.Onnx.Graphs;

namespace Graft.Classification;

/// <summary>
/// A classifier read from its file: the network from pixels to probabilities, and the metadata. Owns the network.
/// </summary>
public sealed class ClassifierFile : IDisposable
{
    /// <summary>The name of the softmax node that is appended to a network.</summary>
    private const string ProbabilitiesNode = "probabilities";

    /// <summary>What the provenance of a network that Graft did not build has as backbone and head.</summary>
    private const string OwnNetwork = "own network";

    private ClassifierFile(Network network, ClassifierMetadata metadata)
    {
        Network = network;
        Metadata = metadata;
    }

    /// <summary>The network, from RGB pixels of 0 to 255 to probabilities.</summary>
    public Network Network { get; }

    /// <summary>Class names, preprocessing, provenance and confidence data.</summary>
    public ClassifierMetadata Metadata { get; }

    /// <summary>Appends a head and a softmax to a trunk and writes the file.</summary>
    /// <param name="path">The path of the file; written atomically.</param>
    /// <param name="trunk">The trunk. The layers of the head and a softmax are appended to it.</param>
    /// <param name="head">The head, from features to logits; empty afterwards.</param>
    /// <param name="metadata">The metadata. Golden answers are computed if it has none.</param>
    public static void Write(string path, Network trunk, Network head, ClassifierMetadata metadata)
    {
        trunk.Append(head);
        trunk.Add(ProbabilitiesNode, new Softmax());
        WriteWhole(path, trunk, metadata);
    }

    /// <summary>Writes a network that Graft did not build. The network is unchanged afterwards.</summary>
    public static void Write(
        string path,
        Network network,
        IReadOnlyList<string> classNames,
        Preprocessing preprocessing,
        IReadOnlyDictionary<Type, Action<OnnxLayerGraph>>? layers = null
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
            WriteWhole(path, network, metadata, layers);
            return;
        }

        // The network may end in log-probabilities: their softmax gives the probabilities, too.
        network.Add(ProbabilitiesNode, new Softmax());
        try
        {
            WriteWhole(path, network, metadata, layers);
        }
        finally
        {
            network.CutAt(last);
        }
    }

    /// <summary>Writes a network that ends in probabilities, with its golden answers.</summary>
    private static void WriteWhole(
        string path,
        Network network,
        ClassifierMetadata metadata,
        IReadOnlyDictionary<Type, Action<OnnxLayerGraph>>? layers = null
    ) =>
        OnnxWriter.Write(
            path,
            network,
            new OnnxExportOptions
            {
                Metadata = (metadata with { Golden = metadata.Golden ?? GoldenImages.AnswersOf(network) }).ToTexts(),
                Layers = layers ?? new Dictionary<Type, Action<OnnxLayerGraph>>(),
            }
        );

    /// <summary>Reads a file.</summary>
    /// <exception cref="WeightsFormatException">The file is no classifier, or is damaged.</exception>
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
