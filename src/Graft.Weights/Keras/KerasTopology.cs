using System.Text.Json;

namespace Graft.Weights.Keras;

/// <summary>
/// Reads Keras's description of a model, the <c>modelTopology</c> of TensorFlow.js: a graph or a sequence of layers.
/// </summary>
internal sealed class KerasTopology
{
    private const string Remedy =
        "Convert the model as a TensorFlow.js layers model (from Keras 2), not as a graph model.";
    private readonly string _operation;
    private readonly string _file;

    private KerasTopology(string operation, string file)
    {
        _operation = operation;
        _file = file;
    }

    /// <summary>The model's name; empty when it has none.</summary>
    public string Name { get; private set; } = "";

    /// <summary>The layers, in the file's order.</summary>
    public IReadOnlyList<KerasLayerConfig> Layers { get; private set; } = [];

    /// <summary>The model's inputs.</summary>
    public IReadOnlyList<KerasInboundNode> Inputs { get; private set; } = [];

    /// <summary>The model's outputs.</summary>
    public IReadOnlyList<KerasInboundNode> Outputs { get; private set; } = [];

    /// <summary>Reads Keras's description of a model.</summary>
    /// <param name="operation">The operation, for errors.</param>
    /// <param name="file">The path of the file, for errors.</param>
    /// <param name="model">The description: Keras's architecture JSON.</param>
    /// <exception cref="WeightsFormatException">The JSON is not a description of a layers model.</exception>
    public static KerasTopology Parse(string operation, string file, JsonElement model)
    {
        var topology = new KerasTopology(operation, file);
        if (model.ValueKind != JsonValueKind.Object)
            throw topology.Error("an object with the layers", $"{model.ValueKind}");
        // The converter wraps the description in Keras's model_config; TensorFlow.js itself writes it directly.
        if (model.TryGetProperty("model_config", out var inner))
            model = inner;
        var className = topology.Text(model, "class_name", "the model");
        var config = topology.Property(model, "config", "the model");
        if (className is "Model" or "Functional")
            topology.ParseGraph(config);
        else if (className == "Sequential")
            topology.ParseSequence(config);
        else
            throw topology.Error("a model of class Model, Functional or Sequential", $"'{className}'");
        topology.CheckNames();
        return topology;
    }

    private void ParseGraph(JsonElement config)
    {
        Name = config.TryGetProperty("name", out _) ? Text(config, "name", "the model") : "";
        Layers = Items(config, "layers", "the model")
            .Select(layer =>
            {
                var name = Text(layer, "name", "every layer");
                var calls = Items(layer, "inbound_nodes", $"layer '{name}'").Select(call => Call(call, name)).ToList();
                return new KerasLayerConfig(
                    Text(layer, "class_name", $"layer '{name}'"),
                    name,
                    Property(layer, "config", $"layer '{name}'"),
                    calls
                );
            })
            .ToList();
        Inputs = Items(config, "input_layers", "the model").Select(item => Node(item, "the model's inputs")).ToList();
        Outputs = Items(config, "output_layers", "the model")
            .Select(item => Node(item, "the model's outputs"))
            .ToList();
    }

    private void ParseSequence(JsonElement config)
    {
        var layers = new List<KerasLayerConfig>();
        // In older files, config is the list of layers and not an object with a name and that list.
        var isList = config.ValueKind == JsonValueKind.Array;
        Name = !isList && config.TryGetProperty("name", out _) ? Text(config, "name", "the model") : "";
        foreach (var layer in isList ? config.EnumerateArray() : Items(config, "layers", "the model"))
        {
            var options = Property(layer, "config", "every layer");
            var name = Text(options, "name", "the config of every layer");
            IReadOnlyList<IReadOnlyList<KerasInboundNode>> calls =
                layers.Count == 0
                    ? []
                    :
                    [
                        [new KerasInboundNode(layers[^1].Name, 0, 0)],
                    ];
            layers.Add(new KerasLayerConfig(Text(layer, "class_name", $"layer '{name}'"), name, options, calls));
        }

        Layers = layers;
        if (layers.Count > 0)
            (Inputs, Outputs) = (
                [new KerasInboundNode(layers[0].Name, 0, 0)],
                [new KerasInboundNode(layers[^1].Name, 0, 0)]
            );
    }

    private void CheckNames()
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var layer in Layers)
        {
            if (!names.Add(layer.Name))
                throw Error("layers with unique names", $"'{layer.Name}' twice");
        }

        var inbound = Layers.SelectMany(static layer => layer.InboundNodes).SelectMany(static call => call);
        foreach (var node in inbound.Concat(Inputs).Concat(Outputs))
        {
            if (!names.Contains(node.Layer))
                throw Error("references to layers of the model", $"one to '{node.Layer}', which is missing");
        }
    }

    private List<KerasInboundNode> Call(JsonElement call, string layer) =>
        call.ValueKind == JsonValueKind.Array
            ? call.EnumerateArray().Select(item => Node(item, $"the inputs of layer '{layer}'")).ToList()
            : throw Error(
                $"a list for every call of layer '{layer}'",
                $"{call.ValueKind} (as Keras 3 writes; use tf_keras, Keras 2)"
            );

    private KerasInboundNode Node(JsonElement node, string owner) =>
        node.ValueKind == JsonValueKind.Array
        && node.GetArrayLength() >= 3
        && node[0].ValueKind == JsonValueKind.String
        && node[1].ValueKind == JsonValueKind.Number
        && node[1].TryGetInt32(out var call)
        && call >= 0
        && node[2].ValueKind == JsonValueKind.Number
        && node[2].TryGetInt32(out var output)
        && output >= 0
            ? new KerasInboundNode(node[0].GetString()!, call, output)
            : throw Error($"a layer's name and two numbers in {owner}", node.GetRawText());

    private JsonElement.ArrayEnumerator Items(JsonElement owner, string name, string ownerName)
    {
        var value = Property(owner, name, ownerName);
        return value.ValueKind == JsonValueKind.Array
            ? value.EnumerateArray()
            : throw Error($"a list '{name}' for {ownerName}", $"{value.ValueKind}");
    }

    private string Text(JsonElement owner, string name, string ownerName)
    {
        var value = Property(owner, name, ownerName);
        return value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : throw Error($"a string '{name}' for {ownerName}", $"{value.ValueKind}");
    }

    private JsonElement Property(JsonElement owner, string name, string ownerName) =>
        owner.ValueKind == JsonValueKind.Object && owner.TryGetProperty(name, out var value)
            ? value
            : throw Error($"'{name}' for {ownerName}", "none");

    private WeightsFormatException Error(string expected, string found) =>
        new(_operation, _file, expected, found, Remedy);
}
