using System.Buffers.Binary;
using System.Text;
using Google.Protobuf;
using Graft.Layers;
using Graft.Layers.Networks;
using Graft.Layers.Pooling;
using Graft.Layers.Regularization;
using Graft.Tensors;
using Graft.Weights.Onnx.Messages;

namespace Graft.Weights.Onnx.Graphs;

/// <summary>
/// Builds the ONNX graph of one network. Big initialisers refer to the network's tensors, or to tensors that the
/// builder owns. Dispose the builder after the graph has been written.
/// </summary>
internal sealed class OnnxGraphBuilder : IDisposable
{
    // A protocol buffer has less than 2 GiB. The rest is room for everything other than tensors.
    private const long MaximumBytes = 2_000_000_000;

    private static readonly UTF8Encoding StrictText = new(
        encoderShouldEmitUTF8Identifier: false,
        throwOnInvalidBytes: true
    );

    private readonly Network _network;
    private readonly string _outputNode;
    private readonly IReadOnlyList<NetworkNode> _nodes;
    private readonly OnnxOperatorTable _operators;
    private readonly string _inputName;
    private readonly string _outputName;
    private readonly GraphProto _graph = new() { Name = "graft" };
    private readonly HashSet<string> _valueNames = new(StringComparer.Ordinal);

    // Maps each image of the network to the ONNX value that has its channels first.
    private readonly Dictionary<string, string> _channelsFirst = new(StringComparer.Ordinal);

    // Maps each value of the network to the ONNX value of the same shape.
    private readonly Dictionary<string, string> _unchanged = new(StringComparer.Ordinal);

    private readonly List<Tensor> _owned = [];
    private long _bytes;

    /// <summary>Prepares the graph.</summary>
    /// <param name="network">The network; the caller keeps ownership.</param>
    /// <param name="outputNode">
    /// The node whose output is the graph's; nodes that it does not need are left out. When null, the network's output,
    /// with all nodes.
    /// </param>
    /// <param name="operators">The operators that represent each layer.</param>
    /// <param name="inputName">The name of the graph's input.</param>
    /// <param name="outputName">The name of the graph's output.</param>
    public OnnxGraphBuilder(
        Network network,
        string? outputNode,
        OnnxOperatorTable operators,
        string inputName,
        string outputName
    )
    {
        _network = network;
        _outputNode = outputNode ?? network.OutputName;
        _nodes = outputNode is null ? network.Nodes : network.NodesFor(outputNode);
        _operators = operators;
        _inputName = inputName;
        _outputName = outputName;
    }

    /// <summary>Returns a string unchanged after checking that it is valid Unicode.</summary>
    /// <exception cref="ArgumentException">The string has an unpaired surrogate.</exception>
    public static string CheckText(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        // The protocol-buffer writer would replace an unpaired surrogate without an error.
        try
        {
            _ = StrictText.GetByteCount(text);
            return text;
        }
        catch (EncoderFallbackException exception)
        {
            throw new ArgumentException(
                $"Writing ONNX: the text '{text}' is not valid Unicode (it has an unpaired surrogate). Give "
                    + $"another text.",
                nameof(text),
                exception
            );
        }
    }

    public GraphProto Build()
    {
        if (_network.Nodes.Count == 0)
            throw new ArgumentException("Writing ONNX: the network has no nodes. Add layers first.", nameof(Network));
        _ = _network[_outputNode];
        CheckShape(Network.InputName);
        _graph.Input.Add(ValueInfo(_inputName, _network.InputShape));
        _unchanged.Add(Network.InputName, NewValue(_inputName));
        // Reserve the output's name before the nodes are written, so that none of their values can have it.
        NewValue(_outputName);
        foreach (var node in _nodes)
        {
            CheckShape(node.Name);
            _operators.WriterOf(node)(this, node);
        }

        Unchanged(_outputNode);
        // The output is computed by the last node and has no other consumer.
        _graph.Node[^1].Output[0] = _outputName;
        _graph.Output.Add(ValueInfo(_outputName, _network.ShapeOf(_outputNode)));
        return _graph;
    }

    /// <summary>The ONNX value of a node's input: an image with its channels first, a vector unchanged.</summary>
    public string Input(NetworkNode node, int index = 0) =>
        _network.ShapeOf(node.Inputs[index]).Rank == 3
            ? ChannelsFirst(node.Inputs[index])
            : _unchanged[node.Inputs[index]];

    /// <summary>The shape of a node's output, or of the network's input, without the batch.</summary>
    public Shape ShapeOf(string name) => _network.ShapeOf(name);

    /// <summary>Whether a pooling layer consumes a node's output, directly or through dropout layers.</summary>
    public bool FeedsPooling(string name) =>
        _network.Nodes.Any(node =>
            node.Inputs.Contains(name)
            && (node.Layer is Pooling2D || (node.Layer is Dropout && FeedsPooling(node.Name)))
        );

    /// <summary>The ONNX value of a node's output in the network's layout: an image with its channels last.</summary>
    public string Unchanged(string name)
    {
        if (!_unchanged.TryGetValue(name, out var value))
            _unchanged.Add(
                name,
                value = Emit(
                    "Transpose",
                    $"{name}/channels_last",
                    [_channelsFirst[name]],
                    OnnxOperatorOption.Integers("perm", 0, 2, 3, 1)
                )
            );
        return value;
    }

    /// <summary>Registers a node's ONNX output: an image with its channels first, a vector unchanged.</summary>
    public void Define(NetworkNode node, string value) =>
        (_network.ShapeOf(node.Name).Rank == 3 ? _channelsFirst : _unchanged).Add(node.Name, value);

    /// <summary>Adds an ONNX node.</summary>
    /// <returns>The name of the node's output.</returns>
    public string Emit(
        string operatorType,
        string name,
        IEnumerable<string> inputs,
        params ReadOnlySpan<OnnxOperatorOption> attributes
    )
    {
        var node = new NodeProto { OpType = operatorType, Name = CheckText(name) };
        node.Input.Add(inputs);
        node.Output.Add(NewValue($"{name}:0"));
        foreach (var attribute in attributes)
            node.Attribute.Add(attribute.Message);
        _graph.Node.Add(node);
        return node.Output[0];
    }

    /// <summary>Adds a constant that refers to a tensor's memory.</summary>
    /// <returns>The constant's name.</returns>
    public string Initializer(string name, Tensor tensor) =>
        Initializer(name, TensorProto.Types.DataType.Float, tensor.Shape.Dimensions, Bytes(tensor));

    /// <summary>Adds a constant from a tensor and takes ownership of the tensor.</summary>
    /// <returns>The constant's name.</returns>
    public string OwnedInitializer(string name, Tensor tensor)
    {
        _owned.Add(tensor);
        return Initializer(name, tensor);
    }

    /// <summary>Adds a constant of floats, which are copied.</summary>
    /// <returns>The constant's name.</returns>
    public string Floats(string name, ReadOnlySpan<int> dimensions, params ReadOnlySpan<float> values)
    {
        var bytes = new byte[values.Length * sizeof(float)];
        for (var i = 0; i < values.Length; i++)
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), values[i]);
        return Initializer(name, TensorProto.Types.DataType.Float, dimensions, UnsafeByteOperations.UnsafeWrap(bytes));
    }

    /// <summary>Adds a constant list of integers, which are copied.</summary>
    /// <returns>The constant's name.</returns>
    public string Integers(string name, params ReadOnlySpan<int> values)
    {
        var bytes = new byte[values.Length * sizeof(long)];
        for (var i = 0; i < values.Length; i++)
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(i * sizeof(long)), values[i]);
        return Initializer(
            name,
            TensorProto.Types.DataType.Int64,
            [values.Length],
            UnsafeByteOperations.UnsafeWrap(bytes)
        );
    }

    public void Dispose()
    {
        foreach (var tensor in _owned)
            tensor.Dispose();
    }

    private static ByteString Bytes(Tensor tensor)
    {
        if (BitConverter.IsLittleEndian)
            return UnsafeByteOperations.UnsafeWrap(new TensorBytes(tensor).Memory);
        var bytes = new byte[tensor.Length * sizeof(float)];
        for (var i = 0; i < tensor.Length; i++)
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), tensor.Span[i]);
        return UnsafeByteOperations.UnsafeWrap(bytes);
    }

    private static ValueInfoProto ValueInfo(string name, Shape shape)
    {
        var dimensions = new TensorShapeProto();
        dimensions.Dim.Add(new TensorShapeProto.Types.Dimension { DimParam = "batch" });
        foreach (var dimension in shape.Dimensions)
            dimensions.Dim.Add(new TensorShapeProto.Types.Dimension { DimValue = dimension });
        return new ValueInfoProto
        {
            Name = name,
            Type = new TypeProto
            {
                TensorType = new TypeProto.Types.Tensor
                {
                    ElemType = (int)TensorProto.Types.DataType.Float,
                    Shape = dimensions,
                },
            },
        };
    }

    private string Initializer(
        string name,
        TensorProto.Types.DataType type,
        ReadOnlySpan<int> dimensions,
        ByteString bytes
    )
    {
        _bytes += bytes.Length;
        if (_bytes > MaximumBytes)
            throw new ArgumentException(
                $"Writing ONNX: the parameters take more than {MaximumBytes:N0} bytes, which one ONNX file cannot "
                    + $"hold. Write a smaller network.",
                nameof(bytes)
            );
        var tensor = new TensorProto
        {
            Name = NewValue(name),
            DataType = (int)type,
            RawData = bytes,
        };
        foreach (var dimension in dimensions)
            tensor.Dims.Add(dimension);
        _graph.Initializer.Add(tensor);
        return name;
    }

    private string ChannelsFirst(string name)
    {
        if (!_channelsFirst.TryGetValue(name, out var value))
            _channelsFirst.Add(
                name,
                value = Emit(
                    "Transpose",
                    $"{name}/channels_first",
                    [_unchanged[name]],
                    OnnxOperatorOption.Integers("perm", 0, 3, 1, 2)
                )
            );
        return value;
    }

    private string NewValue(string name)
    {
        if (string.IsNullOrEmpty(name))
            throw new ArgumentException("Writing ONNX: the names of input and output must not be empty.", nameof(name));
        if (!_valueNames.Add(CheckText(name)))
            throw new ArgumentException(
                $"Writing ONNX: two values would be named '{name}', but names are unique in a file. Rename the "
                    + $"input, the output or the node of that name.",
                nameof(name)
            );
        return name;
    }

    private void CheckShape(string name)
    {
        var shape = _network.ShapeOf(name);
        if (shape.Rank is not (1 or 2 or 3) || shape.ElementCount is 0 or > int.MaxValue)
            throw new ArgumentException(
                $"Writing ONNX: '{name}' has shape {shape}; expected an image [height, width, channels], tokens "
                    + $"[tokens, channels] or a vector [values], with 1 to {int.MaxValue:N0} values.",
                nameof(name)
            );
    }
}
