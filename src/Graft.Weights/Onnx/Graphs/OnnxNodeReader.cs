using Graft.Layers;
using Graft.Layers.Networks;
using Graft.Weights.Onnx.Messages;

namespace Graft.Weights.Onnx.Graphs;

/// <summary>Reads one node of a graph. Inputs and attributes are checked when they are read.</summary>
internal sealed class OnnxNodeReader
{
    private readonly OnnxGraphReader _graph;
    private readonly string _file;
    private readonly NodeProto _node;
    private readonly HashSet<string> _unread = new(StringComparer.Ordinal);

    public OnnxNodeReader(OnnxGraphReader graph, string file, NodeProto node)
    {
        _graph = graph;
        _file = file;
        _node = node;
        // Outputs for training, such as the mask of a dropout, are accepted when nothing consumes them.
        if (node.Output.Count == 0 || node.Output.Skip(1).Any(output => !graph.Consumers.IsUnused(output)))
            throw Error("one output", $"{node.Output.Count}");
        foreach (var attribute in node.Attribute)
        {
            if (!_unread.Add(attribute.Name))
                throw Error("every attribute once", $"'{attribute.Name}' twice");
        }
    }

    public OnnxGraphReader Graph => _graph;

    public string OperatorType => _node.OpType;

    /// <summary>
    /// The node's name, or the name of its output when it has none. It gets a suffix when the network reserves the name
    /// for its input.
    /// </summary>
    public string Name =>
        (_node.Name.Length > 0 ? _node.Name : _node.Output[0]) is var name && name == Network.InputName
            ? $"{name}_node"
            : name;

    public string Output => _node.Output[0];

    public IReadOnlyList<string> Inputs => _node.Input;

    public void RequireInputs(int count)
    {
        if (_node.Input.Count != count)
            throw Error($"{count} inputs", $"{_node.Input.Count}");
    }

    /// <summary>A computed input in one of the given layouts.</summary>
    public OnnxValue Value(int index, params ReadOnlySpan<OnnxLayout> layouts)
    {
        if (index >= _node.Input.Count || _graph.FindValue(_node.Input[index]) is not { } value)
            throw Error(
                $"input {index + 1} computed by an earlier node",
                index < _node.Input.Count ? $"'{_node.Input[index]}', which is not" : "none"
            );
        if (!layouts.Contains(value.Layout))
            throw Error(
                $"input {index + 1} with layout {string.Join(" or ", layouts.ToArray())}",
                $"'{_node.Input[index]}', which has layout {value.Layout}"
            );
        return value;
    }

    /// <summary>A constant input of floats with the given number of dimensions.</summary>
    public OnnxConstant Floats(int index, int rank)
    {
        var constant = Constant(index);
        if (constant.IsInteger || constant.Dimensions.Count != rank)
            throw Error($"float32 values of {rank} dimensions as input {index + 1}", constant.Description);
        return constant;
    }

    /// <summary>Whether an input is given. A missing one has an empty name, or is left out at the end.</summary>
    public bool HasInput(int index) => index < _node.Input.Count && _node.Input[index].Length > 0;

    /// <summary>Requires the number of inputs to be in a range.</summary>
    public void RequireInputs(int minimum, int maximum)
    {
        if (_node.Input.Count < minimum || _node.Input.Count > maximum)
            throw Error($"{minimum} to {maximum} inputs", $"{_node.Input.Count}");
    }

    /// <summary>A constant input that is one number.</summary>
    public float Scalar(int index)
    {
        var constant = Constant(index);
        if (constant.IsInteger || constant.Count != 1)
            throw Error($"one number as input {index + 1}", constant.Description);
        return constant.ToFloats()[0];
    }

    /// <summary>A computed input in any layout, for nodes whose operator is elementwise.</summary>
    public OnnxValue Elements(int index) =>
        Value(
            index,
            OnnxLayout.ChannelsFirst,
            OnnxLayout.ChannelsLast,
            OnnxLayout.Rows,
            OnnxLayout.Pooled,
            OnnxLayout.Tokens,
            OnnxLayout.TokensChannelsFirst,
            OnnxLayout.FlattenedChannelsFirst
        );

    /// <summary>A computed input; null when the input is a constant or missing.</summary>
    public OnnxValue? FindValue(int index) => HasInput(index) ? _graph.FindValue(_node.Input[index]) : null;

    /// <summary>A constant input; null when the input is computed or missing.</summary>
    public OnnxConstant? FindConstant(int index) => HasInput(index) ? _graph.FindConstant(_node.Input[index]) : null;

    /// <summary>
    /// A list of integers that is an attribute in older operator sets and an input in later ones; null when both are
    /// missing.
    /// </summary>
    public long[]? IntegersOf(int index, string attribute)
    {
        if (Attribute(attribute, AttributeProto.Types.AttributeType.Ints) is { } own)
            return [.. own.Ints];
        if (!HasInput(index))
            return null;
        if (_graph.FindSizes(_node.Input[index]) is not { } sizes || sizes.Values.Any(static size => size.TimesBatch))
            throw Error($"constant integers as input {index + 1}", $"'{_node.Input[index]}', which is not");
        return [.. sizes.Values.Select(static size => size.Value)];
    }

    /// <summary>An attribute that is a list of integers of any length; null when it is missing.</summary>
    public long[]? IntegersOrNull(string name) =>
        Attribute(name, AttributeProto.Types.AttributeType.Ints)?.Ints.ToArray();

    /// <summary>An attribute that is a string; null when it is missing.</summary>
    public string? Text(string name) => Attribute(name, AttributeProto.Types.AttributeType.String)?.S.ToStringUtf8();

    /// <summary>An attribute that is a tensor; null when it is missing.</summary>
    public TensorProto? Tensor(string name) => Attribute(name, AttributeProto.Types.AttributeType.Tensor)?.T;

    /// <summary>An attribute that is a float; null when it is missing.</summary>
    public float? FloatOrNull(string name) => Attribute(name, AttributeProto.Types.AttributeType.Float)?.F;

    /// <summary>An attribute that is a list of floats; null when it is missing.</summary>
    public float[]? FloatsOrNull(string name) =>
        Attribute(name, AttributeProto.Types.AttributeType.Floats)?.Floats.ToArray();

    /// <summary>An attribute that is an integer of any size; null when it is missing.</summary>
    public long? IntegerOrNull(string name) => Attribute(name, AttributeProto.Types.AttributeType.Int)?.I;

    /// <summary>Ignores an attribute that has no effect here.</summary>
    public void Ignore(string name) => _unread.Remove(name);

    /// <summary>A constant input that is a list of the given number of integers.</summary>
    public long[] Integers(int index, int count)
    {
        var constant = Constant(index);
        if (!constant.IsInteger || constant.Dimensions is not [var found] || found != count)
            throw Error($"int64 [{count}] as input {index + 1}", constant.Description);
        return constant.ToIntegers();
    }

    /// <summary>Copies a constant input into a parameter.</summary>
    public void CopyTo(int index, Parameter parameter)
    {
        var constant = Floats(index, parameter.Value.Shape.Rank);
        if (!constant.Dimensions.SequenceEqual(parameter.Value.Shape.Dimensions.ToArray()))
            throw Error($"float32 {parameter.Value.Shape} as input {index + 1}", constant.Description);
        constant.CopyTo(parameter.Value.Span);
    }

    /// <summary>An attribute that is an integer in a range; <paramref name="otherwise"/> when it is missing.</summary>
    public int Integer(string name, int otherwise, int minimum, int maximum)
    {
        if (Attribute(name, AttributeProto.Types.AttributeType.Int) is not { } attribute)
            return otherwise;
        if (attribute.I < minimum || attribute.I > maximum)
            throw Error(
                minimum == maximum ? $"{name} {minimum}" : $"{name} from {minimum} to {maximum}",
                $"{attribute.I}"
            );
        return (int)attribute.I;
    }

    /// <summary>
    /// An attribute that is a list of the given number of integers; each is <paramref name="otherwise"/> when the
    /// attribute is missing.
    /// </summary>
    public int[] Integers(string name, int count, int otherwise, int minimum)
    {
        if (Attribute(name, AttributeProto.Types.AttributeType.Ints) is not { } attribute)
            return [.. Enumerable.Repeat(otherwise, count)];
        if (
            attribute.Ints.Count != count
            || attribute.Ints.Any(value => value < minimum || value > OnnxGraphReader.MaximumSize)
        )
            throw Error(
                $"{name} of {count} numbers from {minimum} to {OnnxGraphReader.MaximumSize}",
                $"[{string.Join(", ", attribute.Ints.Take(8))}]"
            );
        return [.. attribute.Ints.Select(value => (int)value)];
    }

    /// <summary>An attribute that is a float; <paramref name="otherwise"/> when it is missing.</summary>
    public float Float(string name, float otherwise) =>
        Attribute(name, AttributeProto.Types.AttributeType.Float)?.F ?? otherwise;

    /// <summary>Adds a layer to the network; the node's output represents the layer's output.</summary>
    /// <param name="layer">Creates the layer; the network takes ownership.</param>
    /// <param name="layout">The layout of the node's output.</param>
    /// <param name="inputs">The layer's inputs.</param>
    public void Define(Func<Layer> layer, OnnxLayout layout, params ReadOnlySpan<OnnxValue> inputs) =>
        Define(Name, layer, layout, inputs);

    /// <summary>Does the same, but gives the network's node another name.</summary>
    public void Define(string name, Func<Layer> layer, OnnxLayout layout, params ReadOnlySpan<OnnxValue> inputs)
    {
        RequireAttributesRead();
        var nodes = new string[inputs.Length];
        for (var i = 0; i < nodes.Length; i++)
            nodes[i] = inputs[i].Node;
        try
        {
            _graph.Add(name, layer(), nodes);
        }
        catch (ArgumentException exception)
        {
            throw Error("a valid layer that accepts its inputs", exception.Message, exception: exception);
        }

        _graph.Register(
            Output,
            new OnnxValue(name, layout, layout == OnnxLayout.FlattenedChannelsFirst ? inputs[0].Image : null)
        );
    }

    /// <summary>
    /// Lets the node's output represent a value that the network already has, possibly in another layout.
    /// </summary>
    public void Alias(OnnxValue value)
    {
        RequireAttributesRead();
        _graph.Register(Output, value);
    }

    /// <summary>Throws when an attribute has not been read, because its effect would be lost.</summary>
    public void RequireAttributesRead()
    {
        if (_unread.Count > 0)
            throw Error(
                "only attributes that Graft knows for this operator",
                $"'{_unread.First()}'",
                "Export the model without that attribute."
            );
    }

    public WeightsFormatException Error(
        string expected,
        string found,
        string remedy = OnnxGraphReader.Remedy,
        Exception? exception = null
    ) => new($"Reading node '{_node.Name}' ({_node.OpType})", _file, expected, found, remedy, exception);

    private OnnxConstant Constant(int index)
    {
        var name = index < _node.Input.Count ? _node.Input[index] : "";
        return _graph.FindConstant(name)
            ?? throw Error(
                $"an initialiser as input {index + 1}",
                name.Length > 0 ? $"'{name}', which is not one" : "none"
            );
    }

    private AttributeProto? Attribute(string name, AttributeProto.Types.AttributeType type)
    {
        var attribute = _node.Attribute.FirstOrDefault(candidate => candidate.Name == name);
        if (attribute is null)
            return null;
        _unread.Remove(name);
        return attribute.Type == type
            ? attribute
            : throw Error($"attribute '{name}' of type {type}", $"{attribute.Type}");
    }
}
