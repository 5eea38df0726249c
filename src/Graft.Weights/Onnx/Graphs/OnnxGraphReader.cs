using Graft.Layers;
using Graft.Layers.Networks;
using Graft.Tensors;
using Graft.Weights.Onnx.Messages;

namespace Graft.Weights.Onnx.Graphs;

/// <summary>
/// Converts an ONNX graph to a network, node by node in the order of the file. Every size is checked before memory is
/// allocated, so a damaged file causes an error and not a huge allocation.
/// </summary>
internal sealed class OnnxGraphReader
{
    /// <summary>The remedy for files that are damaged or have unsupported content.</summary>
    public const string Remedy =
        "The file is damaged or uses a feature of ONNX that Graft does not support; get a fresh copy, or export the "
        + "model again.";

    /// <summary>
    /// The largest size, stride or padding that is accepted, so that the sum or product of two of them fits an int.
    /// </summary>
    public const int MaximumSize = 32_767;

    private readonly string _file;
    private readonly GraphProto _graph;
    private readonly OnnxOperatorTable _operators;
    private readonly OnnxConstants _reader;
    private readonly Network _network;
    private readonly Dictionary<string, OnnxConstant> _constants = new(StringComparer.Ordinal);
    private readonly Dictionary<string, OnnxSizes> _sizes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, OnnxValue> _values = new(StringComparer.Ordinal);
    private readonly HashSet<NodeProto> _taken = new(ReferenceEqualityComparer.Instance);

    private OnnxGraphReader(
        string file,
        GraphProto graph,
        OnnxConstants constants,
        OnnxOperatorTable operators,
        long operatorSet,
        Network network
    )
    {
        _operators = operators;
        _file = file;
        _graph = graph;
        _reader = constants;
        OperatorSet = operatorSet;
        _network = network;
        Consumers = new OnnxConsumers(graph);
    }

    /// <summary>The version of the operator set (opset).</summary>
    public long OperatorSet { get; }

    /// <summary>The consumers of each value.</summary>
    public OnnxConsumers Consumers { get; }

    /// <summary>The file's fixed batch size, or null. The network accepts any batch size in either case.</summary>
    public long? FixedBatch { get; private set; }

    /// <summary>Reads a graph.</summary>
    /// <param name="file">The path of the file, for errors.</param>
    /// <param name="parts">The parts of the file.</param>
    /// <param name="constants">Creates the file's constants.</param>
    /// <param name="operators">The supported operators.</param>
    /// <param name="operatorSet">The version of the operator set (opset).</param>
    /// <param name="outputName">The output to read up to; null when the graph has only one.</param>
    /// <param name="imageSize">Height and width in pixels of images whose size the file leaves free.</param>
    /// <returns>The network, which the caller disposes, and the names of input and output.</returns>
    /// <exception cref="WeightsFormatException">
    /// The graph breaks a rule of the format, or uses a feature that is not supported.
    /// </exception>
    public static (Network Network, string Input, string Output) Read(
        string file,
        OnnxFile parts,
        OnnxConstants constants,
        OnnxOperatorTable operators,
        long operatorSet,
        string? outputName,
        (int Height, int Width)? imageSize
    )
    {
        var graph = parts.Model.Graph;
        var initializers = parts.Initializers.Select(static item => item.Tensor.Name).ToHashSet(StringComparer.Ordinal);
        var inputs = graph.Input.Where(candidate => !initializers.Contains(candidate.Name)).ToArray();
        var outputs = graph.Output.Where(candidate => outputName is null || candidate.Name == outputName).ToArray();
        if (inputs is not [var input] || outputs is not [var output])
            throw Error(
                file,
                "one input and one output",
                $"{inputs.Length} inputs and {outputs.Length} outputs "
                    + $"({string.Join(", ", graph.Output.Take(8).Select(static candidate => candidate.Name))})"
            );
        var isChannelsLast = new OnnxConsumers(graph).IsChannelsLast(input.Name);
        var network = new Network(ShapeOf(file, input, isChannelsLast, imageSize));
        try
        {
            new OnnxGraphReader(file, graph, constants, operators, operatorSet, network).Read(
                parts,
                input,
                output,
                isChannelsLast
            );
            return (network, input.Name, output.Name);
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <summary>The only consumer of a value, if it has not been consumed already; null otherwise.</summary>
    public NodeProto? Peek(string value) => Consumers.Only(value) is { } node && !_taken.Contains(node) ? node : null;

    /// <summary>Consumes a later node, so that it is not read separately.</summary>
    public OnnxNodeReader Take(NodeProto node)
    {
        _taken.Add(node);
        return new OnnxNodeReader(this, _file, node);
    }

    /// <summary>A reader for a later node, which is not consumed.</summary>
    public OnnxNodeReader Look(NodeProto node) => new(this, _file, node);

    /// <summary>The shape of the network's value that an ONNX value represents, without the batch.</summary>
    public Shape ShapeOf(OnnxValue value) => _network.ShapeOf(value.Node);

    /// <summary>The sizes of an ONNX value in the file's layout, batch first.</summary>
    public OnnxSizes SizesOf(OnnxValue value)
    {
        var shape = ShapeOf(value);
        int[] sizes = value.Layout switch
        {
            OnnxLayout.ChannelsFirst => [shape[2], shape[0], shape[1]],
            OnnxLayout.Pooled => [shape[0], 1, 1],
            OnnxLayout.TokensChannelsFirst => [shape[1], shape[0]],
            _ => shape.Dimensions.ToArray(),
        };
        return new OnnxSizes([OnnxSize.Batch, .. sizes.Select(static size => new OnnxSize(size))], IsScalar: false);
    }

    /// <summary>A value that is computed from shapes, or a small constant of integers; null for other values.</summary>
    public OnnxSizes? FindSizes(string name)
    {
        const int MaximumCount = 4096;
        if (_sizes.TryGetValue(name, out var sizes))
            return sizes;
        return FindConstant(name) is { IsInteger: true, Dimensions.Count: <= 1, Count: <= MaximumCount } constant
            ? new OnnxSizes(
                [.. constant.ToIntegers().Select(static value => new OnnxSize(value))],
                constant.Dimensions.Count == 0
            )
            : null;
    }

    /// <summary>Registers a value that is computed from shapes.</summary>
    public void Register(string name, OnnxSizes sizes)
    {
        RequireFree(name);
        _sizes.Add(name, sizes);
    }

    /// <summary>Registers a value that is a constant.</summary>
    public void Register(string name, OnnxConstant constant)
    {
        RequireFree(name);
        _constants.Add(name, constant);
    }

    /// <summary>Creates the constant of a message that is an attribute of a node.</summary>
    public OnnxConstant Constant(TensorProto tensor) => _reader.From(tensor, rawData: null);

    public OnnxValue? FindValue(string name) => _values.TryGetValue(name, out var value) ? value : null;

    public OnnxConstant? FindConstant(string name) => _constants.GetValueOrDefault(name);

    /// <summary>Registers a value of the graph with the network's value that it represents.</summary>
    public void Register(string name, OnnxValue value)
    {
        RequireFree(name);
        _values.Add(name, value);
    }

    /// <summary>Adds a node to the network, which takes ownership of the layer.</summary>
    /// <exception cref="ArgumentException">The name is taken, or the layer does not accept such inputs.</exception>
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
            throw new ArgumentException(
                $"the output would be {shape}, which is empty or has more than {int.MaxValue:N0} values",
                nameof(layer)
            );
    }

    private void RequireFree(string name)
    {
        if (
            string.IsNullOrEmpty(name)
            || _constants.ContainsKey(name)
            || _sizes.ContainsKey(name)
            || _values.ContainsKey(name)
        )
            throw Error(
                "values with unique names",
                string.IsNullOrEmpty(name) ? "one without a name" : $"'{name}' twice"
            );
    }

    private void Read(OnnxFile parts, ValueInfoProto input, ValueInfoProto output, bool isChannelsLast)
    {
        foreach (var (tensor, rawData) in parts.Initializers)
        {
            if (!_constants.TryAdd(tensor.Name, _reader.From(tensor, rawData)))
                throw Error("initialisers with unique names", $"two named '{tensor.Name}'");
        }

        if (input.Type.TensorType.Shape.Dim[0] is { DimValue: > 0 and var batch })
            FixedBatch = batch;
        var layout = _network.InputShape.Rank switch
        {
            1 => OnnxLayout.Rows,
            2 => OnnxLayout.Tokens,
            _ => isChannelsLast ? OnnxLayout.ChannelsLast : OnnxLayout.ChannelsFirst,
        };
        Register(input.Name, new OnnxValue(Network.InputName, layout));
        foreach (var node in _graph.Node)
        {
            if (!_taken.Contains(node))
                ReadNode(node);
        }

        CutAtOutput(output);
    }

    private void ReadNode(NodeProto node)
    {
        var reader = new OnnxNodeReader(this, _file, node);
        if (ShapeArithmetic.TryFold(this, reader))
            return;
        var mapping = node.Domain is "" or "ai.onnx" ? _operators.ReaderOf(node.OpType) : null;
        if (mapping is null)
        {
            throw reader.Error(
                $"one of the operators {string.Join(", ", _operators.Names)}",
                $"operator '{node.OpType}'{(node.Domain is "" ? "" : $" of domain '{node.Domain}'")}, opset "
                    + $"{OperatorSet}",
                "Export the model without that operator."
            );
        }

        mapping(reader);
    }

    private void CutAtOutput(ValueInfoProto output)
    {
        if (FindValue(output.Name) is not { } value)
            throw Error("an output that a node computes", $"output '{output.Name}', which no node computes");
        if (value.Node == Network.InputName || value.Layout == OnnxLayout.FlattenedChannelsFirst)
            throw Error(
                "a vector, tokens or an image as output",
                $"output '{output.Name}', which is "
                    + $"{(value.Node == Network.InputName ? "the input" : "an image flattened channels first")}"
            );
        if (_network.OutputName != value.Node)
            _network.CutAt(value.Node);
        var found = output.Type?.TensorType?.Shape?.Dim;
        var sizes = SizesOf(value).Values;
        if (found is not { Count: > 0 })
            return;
        if (
            found.Count != sizes.Length
            || found
                .Skip(1)
                .Zip(sizes.Skip(1))
                .Any(static pair => pair.First.DimValue != 0 && pair.First.DimValue != pair.Second.Value)
        )
            throw Error(
                $"output '{output.Name}' of shape [{string.Join(", ", sizes)}], as the nodes compute it",
                $"[{string.Join(", ", found.Take(8).Select(static size => size.DimValue))}]"
            );
    }

    /// <summary>The shape of the input without the batch; that of an image with its channels last.</summary>
    private static Shape ShapeOf(
        string file,
        ValueInfoProto info,
        bool isChannelsLast,
        (int Height, int Width)? imageSize
    )
    {
        const string Expected =
            "float values [batch, channels, height, width], [batch, height, width, channels], "
            + "[batch, tokens, channels] or [batch, values] with all sizes fixed except the batch";
        if (info.Type?.TensorType is not { } type || OnnxElementType.From(type.ElemType) is null or { IsInteger: true })
            throw Error(file, Expected, $"another type for '{info.Name}'");
        if (type.Shape?.Dim is not { Count: 2 or 3 or 4 } dimensions)
            throw Error(file, Expected, $"{type.Shape?.Dim.Count ?? 0} sizes for '{info.Name}'");
        var sizes = dimensions.Skip(1).Select(static size => size.DimValue).ToArray();
        if (sizes.Length == 3 && !isChannelsLast)
            sizes = [sizes[1], sizes[2], sizes[0]];
        if (sizes.Length == 3 && imageSize is var (height, width))
            (sizes[0], sizes[1]) = (sizes[0] == 0 ? height : sizes[0], sizes[1] == 0 ? width : sizes[1]);
        var count = 1L;
        foreach (var size in sizes)
        {
            if (
                size < 1
                || size > int.MaxValue
                || (sizes.Length == 3 && size > MaximumSize)
                || (count *= size) > int.MaxValue
            )
                throw Error(
                    file,
                    Expected,
                    $"a size of '{info.Name}' that is free, zero, negative or too large",
                    "Export the model with fixed height and width, or give an image size."
                );
        }

        return new Shape([.. sizes.Select(static size => (int)size)]);
    }

    private WeightsFormatException Error(string expected, string found) => Error(_file, expected, found);

    private static WeightsFormatException Error(string file, string expected, string found, string remedy = Remedy) =>
        new("Reading the ONNX graph", file, expected, found, remedy);
}
