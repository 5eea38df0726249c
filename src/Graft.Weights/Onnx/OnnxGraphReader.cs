using Graft.Layers;
using Graft.Layers.Networks;
using Graft.Tensors;
using Graft.Weights.Onnx.Messages;

namespace Graft.Weights.Onnx;

/// <summary>
/// Turns an ONNX graph into a network, node by node in the order of the file. Every size is checked before memory is taken
/// for it, so a damaged file ends in an error.
/// </summary>
internal sealed class OnnxGraphReader
{
    /// <summary>The remedy for files that must be damaged.</summary>
    public const string Remedy = "The file is damaged or was not written by Graft; get it again from where it came, or export it again.";

    /// <summary>The largest size, stride or padding that is believed; keeps every sum and product of two of them in an int.</summary>
    public const int MaximumSize = 32_767;

    private readonly string _file;
    private readonly GraphProto _graph;
    private readonly long _operatorSet;
    private readonly Network _network;
    private readonly Dictionary<string, OnnxConstant> _constants = new(StringComparer.Ordinal);
    private readonly Dictionary<string, OnnxValue> _values = new(StringComparer.Ordinal);
    private int _next;

    private OnnxGraphReader(string file, GraphProto graph, long operatorSet, Network network)
    {
        _file = file;
        _graph = graph;
        _operatorSet = operatorSet;
        _network = network;
    }

    /// <summary>Reads a graph.</summary>
    /// <param name="file">What it comes from, for errors.</param>
    /// <param name="graph">The graph.</param>
    /// <param name="operatorSet">The version of its operators.</param>
    /// <returns>The network, which the caller disposes, and the names of input and output.</returns>
    /// <exception cref="WeightsFormatException">The graph breaks a rule, or has something that cannot be read.</exception>
    public static (Network Network, string Input, string Output) Read(string file, GraphProto graph, long operatorSet)
    {
        if (graph.Input is not [var input] || graph.Output is not [var output])
            throw Error(file, "one input and one output", $"{graph.Input.Count} and {graph.Output.Count}");
        var network = new Network(ShapeOf(file, input));
        try
        {
            new OnnxGraphReader(file, graph, operatorSet, network).Read(input, output);
            return (network, input.Name, output.Name);
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <summary>The node behind the one being read, or null at the end.</summary>
    public NodeProto? Peek() => _next < _graph.Node.Count ? _graph.Node[_next] : null;

    /// <summary>Takes the node behind, which then is not read by itself.</summary>
    public OnnxNodeReader Take() => new(this, _file, _graph.Node[_next++]);

    public OnnxValue? FindValue(string name) => _values.TryGetValue(name, out var value) ? value : null;

    public OnnxConstant? FindConstant(string name) => _constants.GetValueOrDefault(name);

    /// <summary>Says what a value of the graph stands for.</summary>
    public void Register(string name, OnnxValue value)
    {
        if (string.IsNullOrEmpty(name) || _constants.ContainsKey(name) || !_values.TryAdd(name, value))
            throw Error("values with unique names", string.IsNullOrEmpty(name) ? "one without a name" : $"'{name}' twice");
    }

    /// <summary>Adds a node to the network, which then owns the layer.</summary>
    /// <exception cref="ArgumentException">The name is taken, or the layer cannot take such inputs.</exception>
    public void Add(string name, Layer layer, IReadOnlyList<string> inputs)
    {
        try
        {
            _network.Add(name, layer, inputs);
        }
        catch
        {
            layer.Dispose();
            throw;
        }

        var shape = _network.ShapeOf(name);
        if (shape.ElementCount is 0 or > int.MaxValue)
            throw new ArgumentException($"the output would be {shape}, which is empty or beyond {int.MaxValue:N0} values", nameof(layer));
    }

    private void Read(ValueInfoProto input, ValueInfoProto output)
    {
        foreach (var tensor in _graph.Initializer)
        {
            if (!_constants.TryAdd(tensor.Name, OnnxConstant.From(_file, tensor)))
                throw Error("initialisers with unique names", $"two named '{tensor.Name}'");
        }

        Register(input.Name, new OnnxValue(Network.InputName, _network.InputShape.Rank == 1 ? OnnxLayout.Rows : OnnxLayout.ChannelsLast));
        while (_next < _graph.Node.Count)
            ReadNode(_graph.Node[_next++]);
        CutAtOutput(output);
    }

    private void ReadNode(NodeProto node)
    {
        var reader = new OnnxNodeReader(this, _file, node);
        var mapping = node.Domain is "" or "ai.onnx" ? OnnxOperators.ReaderOf(node.OpType) : null;
        if (mapping is null)
        {
            throw reader.Error(
                $"one of the operators {string.Join(", ", OnnxOperators.Names)}",
                $"operator '{node.OpType}'{(node.Domain is "" ? "" : $" of domain '{node.Domain}'")}, opset {_operatorSet}",
                "Export the model without that operator.");
        }

        mapping(reader);
    }

    private void CutAtOutput(ValueInfoProto output)
    {
        if (FindValue(output.Name) is not { } value)
            throw Error("an output that a node computes", $"output '{output.Name}', which none does");
        if (value.Node == Network.InputName || value.Layout is not (OnnxLayout.Rows or OnnxLayout.ChannelsLast))
            throw Error("rows or an image with its channels last as output", $"output '{output.Name}', which is {(value.Node == Network.InputName ? "the input" : value.Layout)}");
        if (_network.OutputName != value.Node)
            _network.CutAt(value.Node);
        var shape = ShapeOf(_file, output);
        if (shape != _network.OutputShape)
            throw Error($"output '{output.Name}' of shape {_network.OutputShape} behind the batch, as the nodes compute it", $"{shape}");
    }

    /// <summary>The shape of an input or output without the batch, which must be free.</summary>
    private static Shape ShapeOf(string file, ValueInfoProto info)
    {
        const string Expected = "float32 values [batch, height, width, channels] or [batch, values] with a free batch and the other sizes fixed";
        if (info.Type?.TensorType is not { } type || type.ElemType != (int)TensorProto.Types.DataType.Float)
            throw Error(file, Expected, $"another type for '{info.Name}'");
        if (type.Shape?.Dim is not { Count: 2 or 4 } sizes || sizes[0].ValueCase == TensorShapeProto.Types.Dimension.ValueOneofCase.DimValue)
            throw Error(file, Expected, $"for '{info.Name}' {type.Shape?.Dim.Count ?? 0} sizes, or a batch that is fixed");
        var count = 1L;
        foreach (var size in sizes.Skip(1))
        {
            if (size.DimValue < 1 || size.DimValue > int.MaxValue || (sizes.Count == 4 && size.DimValue > MaximumSize) || (count *= size.DimValue) > int.MaxValue)
                throw Error(file, Expected, $"for '{info.Name}' a size that is free, zero, negative or too large");
        }

        return new Shape([.. sizes.Skip(1).Select(size => (int)size.DimValue)]);
    }

    private WeightsFormatException Error(string expected, string found) => Error(_file, expected, found);

    private static WeightsFormatException Error(string file, string expected, string found) => new("Reading the ONNX graph", file, expected, found, Remedy);
}
