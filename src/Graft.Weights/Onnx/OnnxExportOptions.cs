using Graft.Weights.Onnx.Graphs;

namespace Graft.Weights.Onnx;

/// <summary>The names and the metadata that an ONNX file contains besides the network. Immutable.</summary>
public sealed record OnnxExportOptions
{
    /// <summary>The name of the graph's input, <c>[batch, height, width, channels]</c>.</summary>
    public string InputName { get; init; } = "pixels";

    /// <summary>The name of the graph's output.</summary>
    public string OutputName { get; init; } = "probabilities";

    /// <summary>
    /// The node that the file ends with; nodes that it does not need are left out. When null, the network's output,
    /// with all nodes.
    /// </summary>
    public string? OutputNode { get; init; }

    /// <summary>The file's metadata, which is written in ordinal order of the keys; none by default.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// What writes layers that Graft does not know, by their types; these take precedence over Graft's own.
    /// </summary>
    public IReadOnlyDictionary<Type, Action<OnnxLayerGraph>> Layers { get; init; } =
        new Dictionary<Type, Action<OnnxLayerGraph>>();

    /// <summary>The program that the file names as its producer; this version of Graft by default.</summary>
    public OnnxProducer Producer { get; init; } = OnnxProducer.Graft;
}
