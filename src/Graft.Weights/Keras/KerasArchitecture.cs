using System.Text.Json;
using Graft.Layers.Networks;
using Graft.Tensors;
using Graft.Weights.Safetensors;

namespace Graft.Weights.Keras;

/// <summary>
/// Keras's architecture JSON, as in <c>model.to_json()</c> and in the <c>modelTopology</c> of a TensorFlow.js model. It
/// describes a model's layers without the weights. The weights go into a separate safetensors file, with Keras's names,
/// <c>layer/kernel</c>, and Keras's layouts. The layers are Keras's; <see cref="Json.NetworkJson"/> keeps Graft's own.
/// </summary>
public static class KerasArchitecture
{
    private const string Operation = "Reading the Keras model";
    private const long MaximumSize = 64L << 20;
    private const string Remedy = "Write the file with model.to_json() of Keras 2, or tf_keras.";

    /// <summary>
    /// Builds the network that a file describes. Its weights are zero, and its normalisations are identities.
    /// </summary>
    /// <param name="path">The path of the file.</param>
    /// <param name="imageSize">
    /// Height and width of the images in pixels, for models that leave them free; fixed sizes in the model take
    /// precedence.
    /// </param>
    /// <returns>The network, which the caller disposes.</returns>
    /// <exception cref="WeightsFormatException">The file is not such JSON, or has an unsupported layer.</exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    public static Network Read(string path, (int Height, int Width)? imageSize = null) =>
        Parse(path, imageSize).Network;

    /// <summary>Builds the network that a file describes and fills it with weights.</summary>
    /// <param name="path">The path of the file.</param>
    /// <param name="weights">The weights with Keras's names, as <see cref="WriteWeights"/> writes them.</param>
    /// <param name="imageSize">
    /// Height and width of the images in pixels, for models that leave them free; fixed sizes in the model take
    /// precedence.
    /// </param>
    /// <returns>The network, which the caller disposes.</returns>
    /// <exception cref="WeightsFormatException">
    /// The file is not such JSON or has an unsupported layer, or a weight is missing or has another shape.
    /// </exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    public static Network Read(string path, ITensorFile weights, (int Height, int Width)? imageSize = null)
    {
        ArgumentNullException.ThrowIfNull(weights);
        var (network, slots) = Parse(path, imageSize);
        try
        {
            foreach (var slot in slots)
            {
                if (weights.ShapeOf(slot.Name) != slot.Shape)
                    throw new WeightsFormatException(
                        "Reading the weights of the Keras model",
                        weights.Path,
                        $"a tensor '{slot.Name}' of shape {slot.Shape}",
                        weights.ShapeOf(slot.Name) is { } shape ? $"shape {shape}" : "none",
                        "Give the weights file that was written with this architecture."
                    );
                using var tensor = weights.Read(slot.Name);
                tensor.Span.CopyTo(slot.Parameter.Value.Span);
            }

            return network;
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    private static (Network Network, IReadOnlyList<KerasSlot> Slots) Parse(
        string path,
        (int Height, int Width)? imageSize
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            if (stream.Length > MaximumSize)
                throw new WeightsFormatException(
                    Operation,
                    path,
                    $"at most {MaximumSize:N0} bytes of JSON",
                    $"{stream.Length:N0}",
                    Remedy
                );
            using var document = JsonDocument.Parse(
                stream,
                new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 256 }
            );
            var topology = KerasTopology.Parse(Operation, path, document.RootElement);
            return KerasNetworkBuilder.Build(path, topology.Layers, topology.Inputs, topology.Outputs, imageSize);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new WeightsFormatException(
                Operation,
                path,
                "JSON",
                $"an error in it ({exception.Message})",
                Remedy,
                exception
            );
        }
    }

    /// <summary>Writes a network's architecture as indented JSON; an existing file is replaced at the end.</summary>
    /// <param name="path">The path of the file.</param>
    /// <param name="network">The network; the caller keeps ownership.</param>
    /// <exception cref="ArgumentException">A layer has no counterpart in Keras; the message names it.</exception>
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

    /// <summary>
    /// Writes a network's weights as safetensors, with Keras's names and layouts. An existing file is replaced at the
    /// end.
    /// </summary>
    /// <param name="path">The path of the file.</param>
    /// <param name="network">The network; the caller keeps ownership.</param>
    /// <param name="metadata">The file's metadata; none when null.</param>
    /// <exception cref="ArgumentException">A layer has no counterpart in Keras; the message names it.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void WriteWeights(string path, Network network, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(network);
        using var model = KerasModelWriter.Build(network);
        var tensors = new List<(string Name, Tensor Tensor)>();
        try
        {
            foreach (var (name, shape, tensor) in model.Weights)
                tensors.Add((name, tensor.Reshaped(shape)));
            SafetensorsWriter.Write(path, tensors, metadata);
        }
        finally
        {
            foreach (var (_, tensor) in tensors)
                tensor.Dispose();
        }
    }
}
