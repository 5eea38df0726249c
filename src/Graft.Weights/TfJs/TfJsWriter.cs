using System.Buffers.Binary;
using System.Text.Json;
using Graft.Layers.Networks;
using Graft.Weights.Keras;

namespace Graft.Weights.TfJs;

/// <summary>
/// Writes a network as a TensorFlow.js layers model that <c>tf.loadLayersModel</c> loads and runs: <c>model.json</c>
/// and files of weights (shards) beside it. Equal networks give equal bytes. Thread-safe as long as the network is not
/// modified meanwhile.
/// </summary>
/// <remarks>
/// Layers have the names of the network's nodes. A layer that Keras lacks is replaced by layers that compute the same.
/// For example, explicit padding becomes a separate layer, and a hard sigmoid becomes rescalings and a ReLU.
/// </remarks>
public static class TfJsWriter
{
    // Browsers keep files of up to 4 MB in their caches.
    private const int ShardSize = 4 << 20;

    /// <summary>
    /// Writes a model. Existing files with the same names are replaced. <c>model.json</c> is written last, when all
    /// its shards exist.
    /// </summary>
    /// <param name="folder">The folder; created when it is missing.</param>
    /// <param name="network">The network; the caller keeps ownership.</param>
    /// <param name="metadata">The model's <c>userDefinedMetadata</c>; none when null.</param>
    /// <exception cref="ArgumentException">A layer has no counterpart in Keras; the message names it.</exception>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public static void Write(string folder, Network network, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(network);
        var model = KerasModelWriter.Build(network);
        try
        {
            var size = model.Weights.Sum(static weight => weight.Tensor.Length * (long)sizeof(float));
            var count = (int)Math.Max(1, (size + ShardSize - 1) / ShardSize);
            var names = Enumerable.Range(1, count).Select(number => $"group1-shard{number}of{count}.bin").ToArray();
            var reader = new WeightBytes(model.Weights);
            var buffer = new byte[ShardSize];
            foreach (var name in names)
            {
                var length = reader.Read(buffer);
                AtomicFile.Write(Path.Combine(folder, name), stream => stream.Write(buffer, 0, length));
            }

            AtomicFile.Write(Path.Combine(folder, "model.json"), stream => WriteModel(stream, model, names, metadata));
        }
        finally
        {
            model.Dispose();
        }
    }

    private static void WriteModel(
        Stream stream,
        KerasModel model,
        string[] shards,
        IReadOnlyDictionary<string, string>? metadata
    )
    {
        using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteString("format", "layers-model");
        json.WriteString("generatedBy", "graft");
        json.WriteNull("convertedBy");
        if (metadata is { Count: > 0 })
        {
            json.WriteStartObject("userDefinedMetadata");
            foreach (var (key, value) in metadata.OrderBy(static pair => pair.Key, StringComparer.Ordinal))
                json.WriteString(key, value);
            json.WriteEndObject();
        }

        json.WritePropertyName("modelTopology");
        model.WriteTopology(json);
        json.WriteStartArray("weightsManifest");
        json.WriteStartObject();
        json.WriteStartArray("paths");
        foreach (var shard in shards)
            json.WriteStringValue(shard);
        json.WriteEndArray();
        json.WriteStartArray("weights");
        foreach (var (name, shape, _) in model.Weights)
        {
            json.WriteStartObject();
            json.WriteString("name", name);
            json.WriteStartArray("shape");
            foreach (var dimension in shape.Dimensions)
                json.WriteNumberValue(dimension);
            json.WriteEndArray();
            json.WriteString("dtype", "float32");
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>The elements of all weights as one sequence of little-endian bytes.</summary>
    private sealed class WeightBytes(IReadOnlyList<KerasWeight> weights)
    {
        private int _weight;
        private int _element;

        public int Read(Span<byte> destination)
        {
            var length = 0;
            while (length < destination.Length && _weight < weights.Count)
            {
                var values = weights[_weight].Tensor.Span[_element..];
                var count = Math.Min(values.Length, (destination.Length - length) / sizeof(float));
                for (var i = 0; i < count; i++, length += sizeof(float))
                    BinaryPrimitives.WriteSingleLittleEndian(destination[length..], values[i]);
                _element += count;
                if (count == values.Length)
                    (_weight, _element) = (_weight + 1, 0);
            }

            return length;
        }
    }
}
