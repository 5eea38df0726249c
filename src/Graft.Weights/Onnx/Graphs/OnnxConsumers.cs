using Graft.Weights.Onnx.Messages;

namespace Graft.Weights.Onnx.Graphs;

/// <summary>Finds the nodes that consume each value of a graph.</summary>
internal sealed class OnnxConsumers
{
    private static readonly HashSet<string> Elementwise = ["Add", "Cast", "Clip", "Div", "Identity", "Mul", "Sub"];
    private readonly Dictionary<string, List<NodeProto>> _byValue = new(StringComparer.Ordinal);
    private readonly HashSet<string> _outputs = new(StringComparer.Ordinal);

    public OnnxConsumers(GraphProto graph)
    {
        foreach (var node in graph.Node)
        {
            foreach (var input in node.Input.Distinct())
            {
                if (!_byValue.TryGetValue(input, out var nodes))
                    _byValue.Add(input, nodes = []);
                nodes.Add(node);
            }
        }

        foreach (var output in graph.Output)
            _outputs.Add(output.Name);
    }

    /// <summary>The nodes that consume a value.</summary>
    public IReadOnlyList<NodeProto> Of(string value) => _byValue.GetValueOrDefault(value) ?? [];

    /// <summary>Whether a value has no consumer and is no graph output.</summary>
    public bool IsUnused(string value) => value.Length == 0 || (Of(value).Count == 0 && !_outputs.Contains(value));

    /// <summary>The only consumer of a value; null when there are several or the value is a graph output.</summary>
    public NodeProto? Only(string value) => Of(value) is [var node] && !_outputs.Contains(value) ? node : null;

    /// <summary>
    /// Whether an image has its channels last. It has when the first consumer that is not elementwise is a
    /// <c>Transpose</c> to channels first, a <c>Flatten</c> or a <c>Concat</c>, or when there is no such consumer.
    /// </summary>
    public bool IsChannelsLast(string value)
    {
        var visited = new HashSet<string>(StringComparer.Ordinal) { value };
        var waiting = new Queue<string>(visited);
        while (waiting.TryDequeue(out var next))
        {
            foreach (var node in Of(next))
            {
                if (node.OpType == "Transpose")
                    return node.Attribute.FirstOrDefault(static attribute => attribute.Name == "perm")?.Ints
                        is [0, 3, 1, 2];
                if (!Elementwise.Contains(node.OpType))
                    return node.OpType is "Flatten" or "Concat";
                foreach (var output in node.Output.Where(visited.Add))
                    waiting.Enqueue(output);
            }
        }

        return true;
    }
}
