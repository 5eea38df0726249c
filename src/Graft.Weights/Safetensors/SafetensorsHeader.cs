using System.Buffers.Binary;
using System.Text.Json;
using Graft.Tensors;

namespace Graft.Weights.Safetensors;

/// <summary>
/// Reads and checks the header of a safetensors file. The file consists of eight bytes with the header's length
/// (little-endian), the header in JSON, and the elements of all tensors with no gap, overlap or remainder.
/// </summary>
/// <remarks>Source: the format's description in the README of github.com/huggingface/safetensors.</remarks>
internal sealed class SafetensorsHeader
{
    /// <summary>The number of bytes that hold the header's length.</summary>
    public const int PrefixSize = 8;

    /// <summary>The size of the largest header that the format allows, in bytes.</summary>
    public const long MaximumSize = 100_000_000;

    /// <summary>The header's key for the metadata.</summary>
    public const string MetadataKey = "__metadata__";

    private const string Operation = "Reading the safetensors header";
    private const string Remedy = "The file is damaged or is not a safetensors file; get a fresh copy.";

    private readonly string _file;
    private readonly long _dataStart;
    private readonly long _dataSize;

    private SafetensorsHeader(string file, long dataStart, long dataSize)
    {
        _file = file;
        _dataStart = dataStart;
        _dataSize = dataSize;
    }

    /// <summary>Every tensor, in the order of the file's data.</summary>
    public List<SafetensorsEntry> Entries { get; } = [];

    /// <summary>The file's metadata.</summary>
    public Dictionary<string, string> Metadata { get; } = new(StringComparer.Ordinal);

    /// <summary>Reads the header.</summary>
    /// <param name="file">The path of the file, for messages.</param>
    /// <param name="stream">The file, positioned at its start.</param>
    /// <exception cref="WeightsFormatException">The header breaks a rule of the format.</exception>
    public static SafetensorsHeader Read(string file, Stream stream)
    {
        var fileSize = stream.Length;
        if (fileSize < PrefixSize)
            throw new WeightsFormatException(Operation, file, $"at least {PrefixSize} bytes", $"{fileSize}", Remedy);
        Span<byte> prefix = stackalloc byte[PrefixSize];
        stream.ReadExactly(prefix);
        var size = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (size > (ulong)MaximumSize)
            throw new WeightsFormatException(
                Operation,
                file,
                $"a header of at most {MaximumSize:N0} bytes",
                $"the length {size:N0}",
                Remedy
            );
        if (size > (ulong)(fileSize - PrefixSize))
            throw new WeightsFormatException(
                Operation,
                file,
                $"a header of {size:N0} bytes",
                $"{fileSize - PrefixSize:N0} bytes up to the end of the file",
                Remedy
            );
        var json = new byte[size];
        stream.ReadExactly(json);
        if (json.Length == 0 || json[0] != (byte)'{')
            throw new WeightsFormatException(
                Operation,
                file,
                "a header that begins with '{'",
                json.Length == 0 ? "an empty header" : $"the byte 0x{json[0]:X2}",
                Remedy
            );

        var dataStart = PrefixSize + (long)size;
        var header = new SafetensorsHeader(file, dataStart, fileSize - dataStart);
        try
        {
            using var document = JsonDocument.Parse(json);
            header.Parse(document.RootElement);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Invalid Unicode is detected only when the string is read; it causes an InvalidOperationException.
            throw new WeightsFormatException(
                Operation,
                file,
                "a header in JSON",
                $"an error in it ({exception.Message})",
                Remedy,
                exception
            );
        }

        header.CheckLayout();
        return header;
    }

    private void Parse(JsonElement root)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var property in root.EnumerateObject())
        {
            if (!names.Add(property.Name))
                throw Error("every name once", $"'{property.Name}' twice");
            if (property.Name == MetadataKey)
                ParseMetadata(property.Value);
            else
                Entries.Add(ParseEntry(property.Name, property.Value));
        }
    }

    private void ParseMetadata(JsonElement metadata)
    {
        if (metadata.ValueKind != JsonValueKind.Object)
            throw Error($"an object of strings under '{MetadataKey}'", $"{metadata.ValueKind}");
        foreach (var property in metadata.EnumerateObject())
        {
            if (property.Value.ValueKind != JsonValueKind.String)
                throw Error($"a string for '{property.Name}' under '{MetadataKey}'", $"{property.Value.ValueKind}");
            if (!Metadata.TryAdd(property.Name, property.Value.GetString()!))
                throw Error($"every name under '{MetadataKey}' once", $"'{property.Name}' twice");
        }
    }

    private SafetensorsEntry ParseEntry(string name, JsonElement entry)
    {
        string? elementType = null;
        Shape? shape = null;
        (long First, long End)? offsets = null;
        if (entry.ValueKind != JsonValueKind.Object)
            throw Error($"an object for tensor '{name}'", $"{entry.ValueKind}");
        foreach (var property in entry.EnumerateObject())
        {
            var repeated = property.Name switch
            {
                "dtype" => elementType is not null,
                "shape" => shape is not null,
                "data_offsets" => offsets is not null,
                _ => throw Error($"only dtype, shape and data_offsets for tensor '{name}'", $"'{property.Name}'"),
            };
            if (repeated)
                throw Error($"{property.Name} of tensor '{name}' once", "two of them");
            if (property.Name == "dtype")
                elementType = ParseElementType(name, property.Value);
            else if (property.Name == "shape")
                shape = ParseShape(name, property.Value);
            else
                offsets = ParseOffsets(name, property.Value);
        }

        if (elementType is null || shape is null || offsets is not { } range)
            throw Error($"dtype, shape and data_offsets for tensor '{name}'", "one of them missing");
        var size = SafetensorsElements.ByName[elementType].Size;
        var bytes = (Int128)shape.Value.ElementCount * size;
        if (bytes != range.End - range.First)
            throw Error(
                $"{bytes:N0} bytes for tensor '{name}' ({elementType} {shape})",
                $"{range.End - range.First:N0} between its offsets"
            );
        return new SafetensorsEntry(name, elementType, shape.Value, range.End - range.First)
        {
            Position = _dataStart + range.First,
        };
    }

    private string ParseElementType(string name, JsonElement value)
    {
        var text = value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
        return SafetensorsElements.ByName.ContainsKey(text)
            ? text
            : throw Error(
                $"a dtype among {string.Join(", ", SafetensorsElements.ByName.Keys.Order(StringComparer.Ordinal))} "
                    + $"for tensor '{name}'",
                $"'{text}'"
            );
    }

    private Shape ParseShape(string name, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Array)
            throw Error($"a list of dimensions for tensor '{name}'", $"{value.ValueKind}");
        var dimensions = new List<int>();
        foreach (var item in value.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Number || !item.TryGetInt32(out var dimension) || dimension < 0)
                throw Error($"dimensions from 0 to {int.MaxValue:N0} for tensor '{name}'", item.GetRawText());
            dimensions.Add(dimension);
        }

        try
        {
            return new Shape(dimensions.ToArray());
        }
        catch (ArgumentOutOfRangeException)
        {
            throw Error($"a shape for tensor '{name}' whose element count fits 64 bits", value.GetRawText());
        }
    }

    private (long First, long End) ParseOffsets(string name, JsonElement value)
    {
        if (
            value.ValueKind == JsonValueKind.Array
            && value.GetArrayLength() == 2
            && value[0].ValueKind == JsonValueKind.Number
            && value[0].TryGetInt64(out var first)
            && value[1].ValueKind == JsonValueKind.Number
            && value[1].TryGetInt64(out var end)
            && first >= 0
            && first <= end
            && end <= _dataSize
        )
        {
            return (first, end);
        }

        throw Error($"two ascending data_offsets from 0 to {_dataSize:N0} for tensor '{name}'", value.GetRawText());
    }

    /// <summary>
    /// Sorts the tensors by offset and checks that they fill the data with no gap, overlap or remainder.
    /// </summary>
    private void CheckLayout()
    {
        // Empty tensors have the same offset as the tensor that follows them, so they must come first.
        Entries.Sort(
            static (left, right) =>
                (left.Position, left.ByteCount, left.Name).CompareTo((right.Position, right.ByteCount, right.Name))
        );
        var position = _dataStart;
        foreach (var entry in Entries)
        {
            if (entry.Position != position)
            {
                throw Error(
                    $"the data of tensor '{entry.Name}' at offset {position - _dataStart:N0}, where the previous "
                        + $"tensor ends",
                    $"offset {entry.Position - _dataStart:N0}, which "
                        + $"{(entry.Position < position ? "overlaps that tensor" : "leaves a gap")}"
                );
            }

            position += entry.ByteCount;
        }

        if (position != _dataStart + _dataSize)
            throw Error($"{position - _dataStart:N0} bytes of data", $"{_dataSize:N0}");
    }

    private WeightsFormatException Error(string expected, string found) =>
        new(Operation, _file, expected, found, Remedy);
}
