using System.Text.Json;

namespace Graft.Weights.Keras;

/// <summary>The options of one Keras layer. Each option is checked when it is read.</summary>
/// <param name="file">The path of the file, for errors.</param>
/// <param name="layer">The layer.</param>
internal sealed class KerasConfig(string file, KerasLayerConfig layer)
{
    private const int MaximumSize = 32_767;

    /// <summary>The layer's name.</summary>
    public string Name => layer.Name;

    /// <summary>The layer's Keras class.</summary>
    public string ClassName => layer.ClassName;

    /// <summary>A string option; <paramref name="otherwise"/> when it is missing.</summary>
    public string Text(string name, string otherwise) =>
        Find(name) is not { } value ? otherwise
        : value.ValueKind == JsonValueKind.String && ValidText(value.GetString) is { } text ? text
        : throw Wrong(name, "a string", value);

    /// <summary>A Boolean option; <paramref name="otherwise"/> when it is missing.</summary>
    public bool Flag(string name, bool otherwise) =>
        Find(name) is not { } value ? otherwise
        : value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean()
        : throw Wrong(name, "true or false", value);

    /// <summary>A finite number; <paramref name="otherwise"/> when it is missing.</summary>
    public float Number(string name, float otherwise) => Find(name) is not { } value ? otherwise : Number(name, value);

    /// <summary>A size of 1 or more. It may be missing only when <paramref name="otherwise"/> is given.</summary>
    public int Size(string name, int? otherwise = null) =>
        Find(name) is not { } value
            ? otherwise ?? throw Error($"'{name}'", "none")
            : Integer(name, value, 1, int.MaxValue);

    /// <summary>An axis, given as a number or a list of one; negative axes count from the end.</summary>
    public int Axis(string name, int otherwise) =>
        (Find(name) is { ValueKind: JsonValueKind.Array } list && list.GetArrayLength() == 1 ? list[0] : Find(name))
            is not { } value
            ? otherwise
            : Integer(name, value, -8, 8);

    /// <summary>A height and a width of 1 or more, given as a pair or as one number for both.</summary>
    public (int Height, int Width) Pair(string name, (int, int)? otherwise = null)
    {
        if (Find(name) is not { } value)
            return otherwise ?? throw Error($"'{name}'", "none");
        if (value.ValueKind != JsonValueKind.Array)
            return (Integer(name, value, 1, MaximumSize), Integer(name, value, 1, MaximumSize));
        return value.GetArrayLength() == 2
            ? (Integer(name, value[0], 1, MaximumSize), Integer(name, value[1], 1, MaximumSize))
            : throw Wrong(name, "two numbers", value);
    }

    /// <summary>A number that must be the same in both directions; 1 when it is missing.</summary>
    public int Uniform(string name)
    {
        var (height, width) = Pair(name, (1, 1));
        return height == width ? height : throw Error($"the same {name} in both directions", $"{height} and {width}");
    }

    /// <summary>Padding at the top, bottom, left and right in pixels, given as one number, two, or two pairs.</summary>
    public (int Top, int Bottom, int Left, int Right) Sides(string name)
    {
        if (Find(name) is not { } value)
            return (1, 1, 1, 1);
        var (rows, columns) =
            value is { ValueKind: JsonValueKind.Array } && value.GetArrayLength() == 2
                ? (value[0], value[1])
                : (value, value);
        var ((top, bottom), (left, right)) = (Ends(rows), Ends(columns));
        return (top, bottom, left, right);

        (int, int) Ends(JsonElement side) =>
            side is { ValueKind: JsonValueKind.Array } && side.GetArrayLength() == 2
                ? (Integer(name, side[0], 0, MaximumSize), Integer(name, side[1], 0, MaximumSize))
                : (Integer(name, side, 0, MaximumSize), Integer(name, side, 0, MaximumSize));
    }

    /// <summary>
    /// A shape without its first <paramref name="skip"/> sizes; free sizes are -1. Null when the option is missing.
    /// </summary>
    public int[]? Shape(string name, int skip)
    {
        if (Find(name) is not { } value)
            return null;
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() > 8)
            throw Wrong(name, "a list of sizes", value);
        return
        [
            .. value
                .EnumerateArray()
                .Skip(skip)
                .Select(size => size.ValueKind == JsonValueKind.Null ? -1 : Integer(name, size, -1, int.MaxValue)),
        ];
    }

    /// <summary>Throws unless the layer takes images with their channels last.</summary>
    public void RequireChannelsLast()
    {
        if (Text("data_format", "channels_last") is not "channels_last" and var format)
            throw Error("data_format channels_last", $"'{format}'");
    }

    public WeightsFormatException Error(string expected, string found, Exception? cause = null) =>
        new(
            $"Reading layer '{layer.Name}' ({layer.ClassName})",
            file,
            expected,
            found,
            "Graft cannot build this layer; convert another model.",
            cause
        );

    private JsonElement? Find(string name) =>
        layer.Config.ValueKind == JsonValueKind.Object
        && layer.Config.TryGetProperty(name, out var value)
        && value.ValueKind != JsonValueKind.Null
            ? value
            : null;

    private int Integer(string name, JsonElement value, int minimum, int maximum) =>
        value.ValueKind == JsonValueKind.Number
        && value.TryGetInt32(out var number)
        && number >= minimum
        && number <= maximum
            ? number
            : throw Wrong(name, $"a whole number from {minimum} to {maximum}", value);

    private float Number(string name, JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetSingle(out var number) && float.IsFinite(number)
            ? number
            : throw Wrong(name, "a number", value);

    private WeightsFormatException Wrong(string name, string expected, JsonElement value) =>
        Error(
            $"{expected} as '{name}'",
            ValidText(value.GetRawText) is { Length: <= 100 } text ? text : $"{value.ValueKind}"
        );

    /// <summary>
    /// A string of the file; null when it is not valid Unicode, which is detected only when the string is read.
    /// </summary>
    private static string? ValidText(Func<string?> take)
    {
        try
        {
            return take();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
