using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Graft.Layers;
using Graft.Layers.Networks;
using Graft.Tensors;

namespace Graft.Weights.Json;

/// <summary>
/// A network's architecture as JSON that people can read and edit: the input's shape, then every node with its layer,
/// the layer's options and the node's inputs. The file contains no weights; these go into a separate safetensors file.
/// Equal networks give equal bytes.
/// </summary>
/// <example>
/// <code>
/// { "format": "graft network", "version": 1, "input": [2048],
/// "nodes": [ { "name": "logits", "layer": "Dense", "inputs": ["input"], "options": { "inputs": 2048, "outputs": 2 } }
/// ] }
/// </code>
/// </example>
public static class NetworkJson
{
    private const string Operation = "Reading the architecture";
    private const string Format = "graft network";
    private const int Version = 1;

    // The relaxed encoder keeps names readable. It is safe because the file is never embedded in HTML.
    private static readonly NetworkJsonContext Json = new(
        new JsonSerializerOptions(NetworkJsonContext.Default.Options)
        {
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        }
    );

    /// <summary>Writes a file atomically.</summary>
    /// <param name="path">The path of the file.</param>
    /// <param name="network">The network; the caller keeps ownership.</param>
    /// <param name="layers">The formats of layers that are not Graft's; none when null.</param>
    /// <exception cref="ArgumentException">The format does not support a layer; the message names it.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, Network network, IReadOnlyList<LayerFormat>? layers = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        var formats = LayerFormats.With(layers);
        var nodes = network.Nodes.Select(node => new NodeDocument(
            node.Name,
            node.Layer.Kind,
            node.Inputs,
            FormatOf(node.Layer, formats).Write(node.Layer, Json)
        ));
        var document = new NetworkDocument(Format, Version, network.InputShape.Dimensions.ToArray(), [.. nodes]);
        AtomicFile.WriteText(path, JsonSerializer.Serialize(document, Json.NetworkDocument) + "\n");
    }

    /// <summary>Reads a file that <see cref="Write"/> wrote.</summary>
    /// <param name="path">The path of the file.</param>
    /// <param name="layers">The formats of layers that are not Graft's; none when null.</param>
    /// <returns>The network with zero weights; owned by the caller.</returns>
    /// <exception cref="WeightsFormatException">
    /// The file is not a valid architecture; the message says where.
    /// </exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    public static Network Read(string path, IReadOnlyList<LayerFormat>? layers = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var formats = LayerFormats.With(layers);
        var document = Parse(path);
        if (document.Format != Format || document.Input is not { Count: > 0 } || document.Nodes is null)
            throw Wrong(path, $"\"format\": \"{Format}\", \"input\" and \"nodes\"", "something else");
        if (document.Version != Version)
            throw Wrong(path, $"version {Version}", $"version {document.Version}");
        if (document.Input.Any(size => size < 1))
            throw Wrong(path, "input sizes of 1 or more", $"[{string.Join(", ", document.Input)}]");
        var network = new Network(new Shape([.. document.Input]));
        try
        {
            foreach (var node in document.Nodes)
                Add(path, network, node, formats);
            return network;
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    private static NetworkDocument Parse(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            return JsonSerializer.Deserialize(stream, Json.NetworkDocument) ?? throw Wrong(path, "an object", "null");
        }
        catch (JsonException error)
        {
            throw Wrong(path, "a network in JSON", error.Message, error);
        }
    }

    private static LayerFormat FormatOf(Layer layer, SortedDictionary<string, LayerFormat> formats) =>
        formats.GetValueOrDefault(layer.Kind)
        ?? throw new ArgumentException(
            $"Writing the architecture: the format does not support a {layer.Kind}, only "
                + $"{string.Join(", ", formats.Keys)}. Give a {nameof(LayerFormat)} for it.",
            nameof(layer)
        );

    private static void Add(
        string path,
        Network network,
        NodeDocument node,
        SortedDictionary<string, LayerFormat> formats
    )
    {
        if (string.IsNullOrEmpty(node?.Name) || node.Inputs is null)
            throw Wrong(path, "a node with \"name\", \"layer\" and \"inputs\"", "a node without them");
        if (node.Layer is null || !formats.TryGetValue(node.Layer, out var format))
            throw Wrong(path, $"node '{node.Name}' to be one of {string.Join(", ", formats.Keys)}", $"'{node.Layer}'");
        Layer? layer = null;
        try
        {
            layer = format.Read(node.Options, Json);
            network.Add(node.Name, layer, [.. node.Inputs]);
        }
        catch (Exception error)
            when (error
                    is JsonException
                        or ArgumentException
                        or KeyNotFoundException
                        or OverflowException
                        or OutOfMemoryException
            )
        {
            layer?.Dispose();
            throw Wrong(path, $"a valid node '{node.Name}'", error.Message, error);
        }
    }

    private static WeightsFormatException Wrong(string path, string expected, string found, Exception? cause = null) =>
        new(Operation, path, expected, found, "Give a file that Graft wrote, or correct this one.", cause);
}

/// <summary>The whole file.</summary>
internal sealed record NetworkDocument(
    string Format,
    int Version,
    IReadOnlyList<int> Input,
    IReadOnlyList<NodeDocument> Nodes
);

/// <summary>A node of the file.</summary>
internal sealed record NodeDocument(
    string Name,
    string Layer,
    IReadOnlyList<string> Inputs,
    JsonElement? Options = null
);

/// <summary>How the file is written.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    IgnoreReadOnlyProperties = true,
    RespectRequiredConstructorParameters = true,
    WriteIndented = true
)]
[JsonSerializable(typeof(NetworkDocument))]
[JsonSerializable(typeof(Graft.Layers.Padding2D))]
[JsonSerializable(typeof(Graft.Layers.Pooling.Pooling2DOptions))]
[JsonSerializable(typeof(LayerFormats.AdaptivePoolingOptions))]
[JsonSerializable(typeof(LayerFormats.AveragePoolingOptions))]
[JsonSerializable(typeof(LayerFormats.BatchNormalizationOptions))]
[JsonSerializable(typeof(LayerFormats.ChannelNormalizationOptions))]
[JsonSerializable(typeof(LayerFormats.ConcatenateOptions))]
[JsonSerializable(typeof(LayerFormats.ConvolutionOptions))]
[JsonSerializable(typeof(LayerFormats.DenseOptions))]
[JsonSerializable(typeof(LayerFormats.DropoutOptions))]
[JsonSerializable(typeof(LayerFormats.MeanImageOptions))]
[JsonSerializable(typeof(LayerFormats.ReLUOptions))]
internal sealed partial class NetworkJsonContext : JsonSerializerContext;
