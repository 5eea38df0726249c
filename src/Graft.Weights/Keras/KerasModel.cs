using System.Text.Json;
using System.Text.Json.Nodes;
using Graft.Tensors;

namespace Graft.Weights.Keras;

/// <summary>A functional Keras model to write: its layers as JSON, and their weights.</summary>
internal sealed class KerasModel : IDisposable
{
    private readonly JsonArray _layers = [];
    private readonly List<Tensor> _owned = [];

    /// <summary>The weights, in the order of the layers.</summary>
    public List<KerasWeight> Weights { get; } = [];

    /// <summary>The name of the last layer.</summary>
    public string Output { get; set; } = "";

    /// <summary>Adds a layer.</summary>
    /// <returns>The layer's name.</returns>
    public string Add(string className, string name, JsonObject config, params IEnumerable<string> inputs)
    {
        var options = new JsonObject { ["name"] = name };
        foreach (var (key, value) in config.ToArray())
        {
            config.Remove(key);
            options[key] = value;
        }

        var calls = new JsonArray();
        var call = new JsonArray();
        foreach (var input in inputs)
            call.Add(new JsonArray(input, 0, 0, new JsonObject()));
        if (call.Count > 0)
            calls.Add(call);
        _layers.Add(
            new JsonObject
            {
                ["class_name"] = className,
                ["config"] = options,
                ["name"] = name,
                ["inbound_nodes"] = calls,
            }
        );
        return name;
    }

    /// <summary>Adds a weight that refers to a tensor of the network.</summary>
    public void AddWeight(string layer, string name, Tensor tensor, Shape? shape = null) =>
        Weights.Add(new KerasWeight($"{layer}/{name}", shape ?? tensor.Shape, tensor));

    /// <summary>Adds a weight whose values are copied to a tensor that the model owns.</summary>
    public void AddOwnedWeight(string layer, string name, Shape shape, params ReadOnlySpan<float> values)
    {
        var tensor = Tensor.Uninitialized(shape);
        _owned.Add(tensor);
        values.CopyTo(tensor.Span);
        AddWeight(layer, name, tensor);
    }

    /// <summary>Writes the model's description in the format of Keras 2.</summary>
    public void WriteTopology(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("keras_version", "2.15.0");
        json.WriteString("backend", "tensorflow");
        json.WriteStartObject("model_config");
        json.WriteString("class_name", "Model");
        json.WriteStartObject("config");
        json.WriteString("name", "graft");
        json.WritePropertyName("layers");
        _layers.WriteTo(json);
        WriteEnd(json, "input_layers", _layers[0]!["name"]!.GetValue<string>());
        WriteEnd(json, "output_layers", Output);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    public void Dispose()
    {
        foreach (var tensor in _owned)
            tensor.Dispose();
    }

    private static void WriteEnd(Utf8JsonWriter json, string property, string layer)
    {
        json.WriteStartArray(property);
        json.WriteStartArray();
        json.WriteStringValue(layer);
        json.WriteNumberValue(0);
        json.WriteNumberValue(0);
        json.WriteEndArray();
        json.WriteEndArray();
    }
}
