using System.Text.Json;
using Graft.Tensors;

namespace Graft.Weights.TfJs;

/// <summary>Reads the <c>weightsManifest</c> of a model: groups of tensors and the files that hold them.</summary>
/// <remarks>
/// Source: the types of <c>weightsManifest</c> in TensorFlow.js's public interface (io.WeightsManifestConfig).
/// </remarks>
internal sealed class TfJsManifest(string file)
{
    private const string Remedy = "Get a fresh copy of the model with all its files.";
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    /// <summary>Reads the manifest and checks it, and the sizes of the files that it names.</summary>
    /// <exception cref="WeightsFormatException">
    /// The manifest is invalid, or a file is missing or has the wrong size.
    /// </exception>
    public List<TfJsShardGroup> Parse(JsonElement manifest)
    {
        if (manifest.ValueKind != JsonValueKind.Array)
            throw Error("a list under weightsManifest", $"{manifest.ValueKind}");
        var groups = new List<TfJsShardGroup>();
        foreach (var item in manifest.EnumerateArray())
        {
            var shards = List(item, "paths").Select(Shard).ToList();
            var weights = List(item, "weights").Select(Weight).ToList();
            var group = new TfJsShardGroup(shards, weights);
            group.Check(file, TfJsModel.Operation, Remedy);
            groups.Add(group);
        }

        return groups;
    }

    private JsonElement.ArrayEnumerator List(JsonElement group, string name) =>
        group.ValueKind == JsonValueKind.Object
        && group.TryGetProperty(name, out var list)
        && list.ValueKind == JsonValueKind.Array
            ? list.EnumerateArray()
            : throw Error($"a list '{name}' in every group under weightsManifest", "none");

    private string Shard(JsonElement path)
    {
        var text = path.ValueKind == JsonValueKind.String ? path.GetString()! : "";
        return SiblingFile.Resolve(file, text)
            ?? throw Error("the path of a file in the model's own folder", path.GetRawText());
    }

    private TfJsWeight Weight(JsonElement weight)
    {
        var name = Text(weight, "name", "every tensor");
        if (!_names.Add(name))
            throw Error("every tensor once", $"'{name}' twice");
        var elementType = Text(weight, "dtype", $"tensor '{name}'");
        if (!TfJsElements.Plain.Contains(elementType))
            throw Error(
                $"a dtype among {string.Join(", ", TfJsElements.Plain)} for tensor '{name}'",
                $"'{elementType}'"
            );
        var quantization =
            weight.TryGetProperty("quantization", out var value) && value.ValueKind != JsonValueKind.Null
                ? Quantization(name, value)
                : null;
        return new TfJsWeight(name, elementType, Dimensions(name, weight), quantization);
    }

    private TfJsQuantization Quantization(string name, JsonElement value)
    {
        var owner = $"the quantization of tensor '{name}'";
        var elementType = Text(value, "dtype", owner);
        if (!TfJsElements.Quantized.Contains(elementType))
            throw Error($"a dtype among {string.Join(", ", TfJsElements.Quantized)} for {owner}", $"'{elementType}'");
        return elementType == "float16"
            ? new TfJsQuantization(elementType, 1, 0)
            : new TfJsQuantization(elementType, Number(value, "scale", owner), Number(value, "min", owner));
    }

    private Shape Dimensions(string name, JsonElement weight)
    {
        if (!weight.TryGetProperty("shape", out var shape) || shape.ValueKind != JsonValueKind.Array)
            throw Error($"a list of dimensions for tensor '{name}'", "none");
        var dimensions = new List<int>();
        foreach (var item in shape.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Number || !item.TryGetInt32(out var dimension) || dimension < 0)
                throw Error($"dimensions from 0 to {int.MaxValue:N0} for tensor '{name}'", item.GetRawText());
            dimensions.Add(dimension);
        }

        try
        {
            var result = new Shape(dimensions.ToArray());
            if (result.ElementCount <= int.MaxValue)
                return result;
        }
        catch (ArgumentOutOfRangeException)
        {
            // The element count overflows, so it is too large; the error below says so.
        }

        throw Error($"at most {int.MaxValue:N0} elements in tensor '{name}'", $"the shape {shape.GetRawText()}");
    }

    private string Text(JsonElement owner, string name, string ownerName) =>
        owner.ValueKind == JsonValueKind.Object
        && owner.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : throw Error($"a string '{name}' for {ownerName}", "none");

    private double Number(JsonElement owner, string name, string ownerName) =>
        owner.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.Number
        && value.TryGetDouble(out var number)
        && double.IsFinite(number)
            ? number
            : throw Error($"a number '{name}' for {ownerName}", "none");

    private WeightsFormatException Error(string expected, string found) =>
        new(TfJsModel.Operation, file, expected, found, Remedy);
}
