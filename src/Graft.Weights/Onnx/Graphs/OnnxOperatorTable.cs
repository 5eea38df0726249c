using Graft.Layers;

namespace Graft.Weights.Onnx.Graphs;

/// <summary>Adds a layer's ONNX nodes and constants to a graph.</summary>
internal delegate void OnnxLayerWriter(OnnxGraphBuilder graph, NetworkNode node);

/// <summary>Adds the layers that an ONNX node represents to a network.</summary>
internal delegate void OnnxNodeMapping(OnnxNodeReader node);

/// <summary>Maps layers to ONNX operators, and operators to layers. Immutable and thread-safe.</summary>
/// <param name="writers">The writer of each type of layer.</param>
/// <param name="readers">The reader of each operator.</param>
internal sealed class OnnxOperatorTable(
    IReadOnlyDictionary<Type, OnnxLayerWriter> writers,
    IReadOnlyDictionary<string, OnnxNodeMapping> readers
)
{
    /// <summary>The operator set that is written.</summary>
    public const int WrittenVersion = 13;

    /// <summary>The oldest operator set that is read.</summary>
    public const int OldestVersion = 7;

    /// <summary>The newest operator set that is read.</summary>
    public const int NewestVersion = 21;

    /// <summary>The operators that can be read, in ordinal order.</summary>
    public IEnumerable<string> Names => readers.Keys.Order(StringComparer.Ordinal);

    /// <summary>The writer of a node's layer.</summary>
    /// <param name="node">The node.</param>
    /// <exception cref="ArgumentException">No operator represents the layer.</exception>
    public OnnxLayerWriter WriterOf(NetworkNode node) =>
        writers.GetValueOrDefault(node.Layer.GetType())
        ?? throw new ArgumentException(
            $"Writing ONNX: node '{node.Name}' is a {node.Layer.Kind}, which Graft cannot write as an ONNX "
                + $"operator. Cut the network before it, or add what writes it to "
                + "OnnxExportOptions.Layers.",
            nameof(node)
        );

    /// <summary>The same table with writers of more layers; they take precedence.</summary>
    /// <param name="layers">What writes each type of layer.</param>
    public OnnxOperatorTable With(IReadOnlyDictionary<Type, Action<OnnxLayerGraph>> layers)
    {
        if (layers.Count == 0)
            return this;
        var all = new Dictionary<Type, OnnxLayerWriter>(writers);
        foreach (var (type, write) in layers)
            all[type] = (graph, node) =>
            {
                var part = new OnnxLayerGraph(graph, node);
                write(part);
                if (!part.IsDefined)
                    throw new ArgumentException(
                        $"Writing ONNX: what writes a {node.Layer.Kind} said no output for node '{node.Name}'. Call "
                            + $"{nameof(OnnxLayerGraph)}.{nameof(OnnxLayerGraph.Define)}.",
                        nameof(layers)
                    );
            };
        return new(all, readers);
    }

    /// <summary>The reader of an operator; null when the operator is not supported.</summary>
    /// <param name="operatorType">The operator's name.</param>
    public OnnxNodeMapping? ReaderOf(string operatorType) => readers.GetValueOrDefault(operatorType);
}
