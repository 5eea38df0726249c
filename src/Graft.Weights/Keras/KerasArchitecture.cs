using System.Text.Json;
using Graft.Layers.Networks;
using Graft.Weights.TfJs;

namespace Graft.Weights.Keras;

/// <summary>
/// Keras's architecture JSON: the description of a model's layers without its weights, as <c>model.to_json()</c> and the
/// <c>modelTopology</c> of a TensorFlow.js model have it.
/// </summary>
public static class KerasArchitecture
{
    private const long MaximumSize = 64L << 20;
    private const string Remedy = "Write the file with model.to_json() of Keras 2, or tf_keras.";

    /// <summary>Builds the network that a file describes; its weights are zeros, those of normalisations change nothing.</summary>
    /// <param name="path">The path of the file.</param>
    /// <returns>The network, which the caller disposes.</returns>
    /// <exception cref="WeightsFormatException">The file is no such JSON, or has a layer that is not known.</exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    public static Network Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            if (stream.Length > MaximumSize)
                throw new WeightsFormatException(TfJsModel.Operation, path, $"at most {MaximumSize:N0} bytes of JSON", $"{stream.Length:N0}", Remedy);
            using var document = JsonDocument.Parse(stream, new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 256 });
            var topology = TfJsTopology.ParseModel(path, document.RootElement);
            return KerasNetworkBuilder.Build(path, topology.Layers, topology.Inputs, topology.Outputs).Network;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new WeightsFormatException(TfJsModel.Operation, path, "JSON", $"an error in it ({exception.Message})", Remedy, exception);
        }
    }

    /// <summary>Writes the description of a network, indented; an existing file is replaced at the end.</summary>
    /// <param name="path">The path of the file.</param>
    /// <param name="network">The network; stays the caller's.</param>
    /// <exception cref="ArgumentException">A layer has no counterpart; the message says which.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, Network network)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(network);
        using var model = KerasModelWriter.Build(network);
        AtomicFile.Write(path, stream =>
        {
            using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true });
            model.WriteTopology(json);
        });
    }
}
