using Graft.Layers;
using Graft.Layers.Networks;
using Graft.Tensors;

namespace Graft.Weights.Keras;

/// <summary>Builds a network from Keras's description of a model. A layer is added after all its inputs.</summary>
internal sealed class KerasNetworkBuilder
{
    private const string Operation = "Building the Keras model";
    private const string Remedy = "Convert a model with one image as input and one output.";
    private const int MaximumLayers = 10_000;

    private readonly string _file;
    private readonly string _output;
    private readonly IReadOnlyList<KerasLayerConfig> _layers;
    private readonly Dictionary<string, string> _outputs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _absorbed = new(StringComparer.Ordinal);
    private readonly List<KerasSlot> _slots = [];

    private KerasNetworkBuilder(string file, IReadOnlyList<KerasLayerConfig> layers, string output, Network network)
    {
        _file = file;
        _output = output;
        _layers = layers;
        Network = network;
    }

    /// <summary>The network with the nodes that have been added so far.</summary>
    public Network Network { get; }

    /// <summary>Builds a network. Its parameters keep the initial values of new layers.</summary>
    /// <param name="file">The path of the file, for messages.</param>
    /// <param name="layers">The layers.</param>
    /// <param name="inputs">The model's inputs.</param>
    /// <param name="outputs">The model's outputs.</param>
    /// <param name="imageSize">Height and width of the images in pixels, for files that leave them free.</param>
    /// <returns>The network, which the caller disposes, and the parameter of each weight.</returns>
    /// <exception cref="WeightsFormatException">A layer or one of its options is not supported.</exception>
    public static (Network Network, IReadOnlyList<KerasSlot> Slots) Build(
        string file,
        IReadOnlyList<KerasLayerConfig> layers,
        IReadOnlyList<KerasInboundNode> inputs,
        IReadOnlyList<KerasInboundNode> outputs,
        (int Height, int Width)? imageSize
    )
    {
        if (inputs is not [var input] || outputs is not [var output])
            throw new WeightsFormatException(
                Operation,
                file,
                "one input and one output",
                $"{inputs.Count} and {outputs.Count}",
                Remedy
            );
        if (layers.Count > MaximumLayers)
            throw new WeightsFormatException(
                Operation,
                file,
                $"at most {MaximumLayers:N0} layers",
                $"{layers.Count:N0}",
                Remedy
            );
        var network = new Network(InputShape(file, layers.First(layer => layer.Name == input.Layer), imageSize));
        try
        {
            var builder = new KerasNetworkBuilder(file, layers, output.Layer, network);
            builder.Build();
            if (!builder._outputs.TryGetValue(output.Layer, out var last) || last == Network.InputName)
                throw new WeightsFormatException(
                    Operation,
                    file,
                    "an output that a layer computes",
                    $"'{output.Layer}'",
                    Remedy
                );
            if (network.OutputName != last)
                network.CutAt(last);
            return (
                network,
                [.. builder._slots.Where(slot => network.Parameters.Any(pair => pair.Value == slot.Parameter))]
            );
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <summary>The nodes whose outputs are the inputs of a layer.</summary>
    public string[] InputsOf(KerasConfig config) =>
        [.. Inbound(_layers.First(layer => layer.Name == config.Name)).Select(name => _outputs[name])];

    /// <summary>Whether a layer's output has consumers, and all of them are of the given class.</summary>
    public bool FeedsOnly(string name, string className) =>
        _layers.Where(layer => Inbound(layer).Contains(name)).ToArray() is { Length: > 0 } consumers
        && consumers.All(layer => layer.ClassName == className);

    /// <summary>
    /// The options of the only consumer of a layer's output; null when there are several, or when the output is the
    /// model's.
    /// </summary>
    public KerasConfig? OnlyConsumerOf(string name) =>
        _layers.Where(layer => Inbound(layer).Contains(name)).ToArray() is [var consumer] && _output != name
            ? new KerasConfig(_file, consumer)
            : null;

    /// <summary>Marks a later layer as part of an existing node, so that no node is added for it.</summary>
    public void Absorb(KerasConfig layer, string node) => _absorbed[layer.Name] = node;

    /// <summary>Adds a node for a layer. Its name is that of the layer, or begins with it.</summary>
    /// <returns>The node's name.</returns>
    public string Add(KerasConfig config, string name, Func<Layer> layer, params string[] inputs)
    {
        Layer? made = null;
        try
        {
            made = layer();
            Network.Add(name, made, inputs);
        }
        catch (ArgumentException exception)
        {
            made?.Dispose();
            throw config.Error("a valid layer that accepts its inputs", exception.Message, exception);
        }

        if (Network.ShapeOf(name).ElementCount is 0 or > int.MaxValue)
            throw config.Error($"an output of 1 to {int.MaxValue:N0} values", $"{Network.ShapeOf(name)}");
        return name;
    }

    /// <summary>Declares that the model has a weight, whose elements go into a parameter.</summary>
    public void Expect(KerasConfig config, string weight, Parameter parameter, Shape? shape = null) =>
        _slots.Add(new KerasSlot($"{config.Name}/{weight}", shape ?? parameter.Shape, parameter));

    private void Build()
    {
        var waiting = _layers.ToList();
        while (waiting.Count > 0)
        {
            var ready = waiting.Where(layer => Inbound(layer).All(_outputs.ContainsKey)).ToList();
            if (ready.Count == 0)
                throw new WeightsFormatException(
                    Operation,
                    _file,
                    "layers whose inputs come before them",
                    $"a cycle at or before layer '{waiting[0].Name}'",
                    Remedy
                );
            foreach (var layer in ready)
                _outputs.Add(layer.Name, Build(layer));
            waiting = [.. waiting.Except(ready)];
        }
    }

    private string Build(KerasLayerConfig layer)
    {
        if (_absorbed.TryGetValue(layer.Name, out var node))
            return node;
        var config = new KerasConfig(_file, layer);
        if (
            layer.InboundNodes.Count > 1
            || layer
                .InboundNodes.SelectMany(static call => call)
                .Any(static input => input.Call != 0 || input.Output != 0)
        )
            throw config.Error("a layer that is called once", "several calls");
        if (layer.ClassName == "InputLayer")
            return Network.InputName;
        if (KerasLayers.ReaderOf(layer.ClassName) is not { } reader)
            throw config.Error($"one of the layers {KerasLayers.Names}", $"'{layer.ClassName}'");
        var last = reader(this, config);
        return KerasActivations.Add(this, config, last);
    }

    /// <summary>
    /// The layers whose outputs are a layer's inputs; none for an input layer or the first layer of a sequential model.
    /// </summary>
    private static IEnumerable<string> Inbound(KerasLayerConfig layer) =>
        layer.InboundNodes.SelectMany(static call => call).Select(static node => node.Layer);

    /// <summary>The input's shape. A height or width that the file leaves free is taken from the image size.</summary>
    private static Shape InputShape(string file, KerasLayerConfig layer, (int Height, int Width)? imageSize)
    {
        var config = new KerasConfig(file, layer);
        var sizes = config.Shape("batch_input_shape", skip: 1)
            ?? config.Shape("batch_shape", skip: 1)
            ?? throw config.Error("'batch_input_shape'", "none");
        if (sizes.Length == 3 && imageSize is { } size)
            sizes = [sizes[0] < 0 ? size.Height : sizes[0], sizes[1] < 0 ? size.Width : sizes[1], sizes[2]];
        var count = sizes.Aggregate(1.0, static (product, size) => product * size);
        if (sizes.Length is not (1 or 2 or 3) || sizes.Any(static size => size < 1) || count > int.MaxValue)
            throw config.Error(
                "an input [null, height, width, channels], [null, tokens, channels] or [null, values] with fixed sizes "
                    + "(or with an image size given)",
                $"[{string.Join(", ", sizes)}]"
            );
        return new Shape(sizes);
    }
}
