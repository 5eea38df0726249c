using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;
using Graft.Tensors;
using Graft.Weights.Keras;

namespace Graft.Weights.TfJs;

/// <summary>
/// A TensorFlow.js layers model: <c>model.json</c> with the layers and a list of tensors, and files beside it (shards)
/// with the tensors' elements. Immutable and thread-safe; keeps no file open.
/// </summary>
public sealed class TfJsModel
{
    internal const string Operation = "Reading the TensorFlow.js model";
    private const long MaximumSize = 256L << 20;
    private const int BufferSize = 1 << 18;
    private const string Remedy = "The file is damaged or is not a TensorFlow.js model; get a fresh copy.";

    private readonly List<TfJsShardGroup> _groups;

    private TfJsModel(string path, KerasTopology topology, List<TfJsShardGroup> groups)
    {
        Path = path;
        Name = topology.Name;
        Layers = topology.Layers;
        Inputs = topology.Inputs;
        Outputs = topology.Outputs;
        _groups = groups;
        Weights = groups.SelectMany(static group => group.Weights).ToList();
    }

    /// <summary>The path of <c>model.json</c>.</summary>
    public string Path { get; }

    /// <summary>The model's name; empty when it has none.</summary>
    public string Name { get; }

    /// <summary>The layers, in the file's order.</summary>
    public IReadOnlyList<KerasLayerConfig> Layers { get; }

    /// <summary>The model's inputs.</summary>
    public IReadOnlyList<KerasInboundNode> Inputs { get; }

    /// <summary>The model's outputs.</summary>
    public IReadOnlyList<KerasInboundNode> Outputs { get; }

    /// <summary>Every tensor, in the order of the shards.</summary>
    public IReadOnlyList<TfJsWeight> Weights { get; }

    /// <summary>The paths of the files with the tensors' elements, in order.</summary>
    public IReadOnlyList<string> Shards => [.. _groups.SelectMany(static group => group.Shards)];

    /// <summary>Reads <c>model.json</c> and checks that all shards exist and have the right total size.</summary>
    /// <param name="path">The path of <c>model.json</c>.</param>
    /// <exception cref="WeightsFormatException">
    /// The file is not a layers model, or a shard is missing, outside the model's folder, too short or too long.
    /// </exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">Permission to read the file is denied.</exception>
    public static TfJsModel Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            var root = Parse(path);
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("weightsManifest", out var manifest))
                throw new WeightsFormatException(
                    Operation,
                    path,
                    "an object with modelTopology and weightsManifest",
                    $"{root.ValueKind} without them",
                    Remedy
                );
            return new TfJsModel(path, Topology(path, root), new TfJsManifest(path).Parse(manifest));
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Invalid Unicode is detected only when the string is read; it causes an InvalidOperationException.
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

    /// <summary>
    /// Reads every tensor, in the order of <see cref="Weights"/>. Quantised tensors are restored to float32.
    /// </summary>
    /// <returns>Pairs of name and tensor, each read when it is enumerated; the caller owns the tensors.</returns>
    /// <exception cref="WeightsFormatException">
    /// A shard became shorter, or has an integer that float32 cannot represent.
    /// </exception>
    /// <exception cref="IOException">A shard cannot be read.</exception>
    public IEnumerable<(string Name, Tensor Tensor)> ReadWeights()
    {
        foreach (var group in _groups)
        {
            using var reader = new TfJsShardReader(Path, group.Shards);
            foreach (var weight in group.Weights)
                yield return (weight.Name, Read(weight, reader));
        }
    }

    private static JsonElement Parse(string path)
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
        return document.RootElement.Clone();
    }

    private static KerasTopology Topology(string path, JsonElement root) =>
        root.TryGetProperty("modelTopology", out var model) && model.ValueKind == JsonValueKind.Object
            ? KerasTopology.Parse(Operation, path, model)
            : throw new WeightsFormatException(
                Operation,
                path,
                "the layers under modelTopology",
                "none",
                "Convert the model as a TensorFlow.js layers model (from Keras 2), not as a graph model."
            );

    private Tensor Read(TfJsWeight weight, TfJsShardReader reader)
    {
        var tensor = Tensor.Uninitialized(weight.Shape);
        try
        {
            if (weight.StoredType == "float32" && BitConverter.IsLittleEndian)
                reader.ReadExactly(MemoryMarshal.AsBytes(tensor.Span));
            else
                Convert(tensor.Span, weight, reader);
            return tensor;
        }
        catch
        {
            tensor.Dispose();
            throw;
        }
    }

    private void Convert(Span<float> destination, TfJsWeight weight, TfJsShardReader reader)
    {
        var (size, conversion) = TfJsElements.ByName[weight.StoredType];
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            for (var done = 0; done < destination.Length; )
            {
                var count = Math.Min(buffer.Length / size, destination.Length - done);
                var bytes = buffer.AsSpan(0, count * size);
                var floats = destination.Slice(done, count);
                reader.ReadExactly(bytes);
                var lost = conversion(bytes, floats);
                if (lost >= 0)
                    throw new WeightsFormatException(
                        Operation,
                        Path,
                        $"numbers in tensor '{weight.Name}' that a 32-bit float can hold",
                        $"{weight.StoredType} element {done + lost:N0}, which does not fit",
                        "Save the model with float32 weights."
                    );
                if (weight.Quantization is { } quantization)
                    Restore(floats, quantization, weight.ElementType != "float32");
                done += count;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    // Computes in double precision and then rounds, as TensorFlow.js does.
    private static void Restore(Span<float> values, TfJsQuantization quantization, bool toInteger)
    {
        foreach (ref var value in values)
        {
            var restored = (value * quantization.Scale) + quantization.Minimum;
            value = (float)(toInteger ? Math.Floor(restored + 0.5) : restored);
        }
    }
}
