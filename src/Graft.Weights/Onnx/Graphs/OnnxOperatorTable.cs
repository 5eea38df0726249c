using Graft.Layers;

namespace Graft.Weights.Onnx.Graphs;

/// <summary>Adds a layer's ONNX nodes and constants to a graph.</summary>
internal delegate void OnnxLayerWriter(OnnxGraphBuilder graph, NetworkNode node);

/// <summary>Adds the layers that an ONNX node represents to a network.</summary>
internal delegate void OnnxNodeMapping(OnnxNodeReader node);

/// <summary>How layers are written as ONNX operators and operators read as layers. Immutable and thread-safe.</summary>
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

    /// <summary>How a node's layer is written.</summary>
    /// <param name="node">The node.</param>
    /// <exception cref="ArgumentException">No operator represents the layer.</exception>
    public OnnxLayerWriter WriterOf(NetworkNode node) =>
        writers.GetValueOrDefault(node.Layer.GetType())
        ?? throw new ArgumentException(
            $"Writing ONNX: node '{node.Name}' is a {node.Layer.Kind}, which has no counterpart among the operators "
                + $"written. Cut the network before it.",
            nameof(node)
        );

    /// <summary>How an operator is read; null when it cannot be.</summary>
    /// <param name="operatorType">The operator's name.</param>
    public OnnxNodeMapping? ReaderOf(string operatorType) => readers.GetValueOrDefault(operatorType);
}
