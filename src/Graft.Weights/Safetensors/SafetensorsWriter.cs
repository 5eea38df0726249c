using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Graft.Tensors;

namespace Graft.Weights.Safetensors;

/// <summary>
/// Writes tensors to a safetensors file. Equal tensors and metadata give equal bytes: tensors are in ordinal order of
/// their names, and metadata in ordinal order of the keys. The header is padded with spaces so that the data starts at
/// a multiple of eight bytes.
/// </summary>
public static class SafetensorsWriter
{
    private const int Alignment = 8;

    /// <summary>Writes a file atomically; an existing file is replaced at the end.</summary>
    /// <param name="path">The path of the file.</param>
    /// <param name="tensors">The tensors with their names; the caller keeps ownership.</param>
    /// <param name="metadata">The file's metadata; none when null.</param>
    /// <exception cref="ArgumentException">
    /// A name occurs twice or is the reserved <c>__metadata__</c>, or a name or metadata is not valid Unicode.
    /// </exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">Permission to write to the folder is denied.</exception>
    public static void Write(
        string path,
        IEnumerable<(string Name, Tensor Tensor)> tensors,
        IReadOnlyDictionary<string, string>? metadata = null
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(tensors);
        var sorted = tensors.OrderBy(static item => item.Name, StringComparer.Ordinal).ToArray();
        var header = Header(sorted, metadata ?? new Dictionary<string, string>());
        AtomicFile.Write(path, stream =>
        {
            stream.Write(header);
            foreach (var (_, tensor) in sorted)
                WriteElements(stream, tensor.Span);
        });
    }

    private static byte[] Header(
        ReadOnlySpan<(string Name, Tensor Tensor)> sorted,
        IReadOnlyDictionary<string, string> metadata
    )
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            WriteMetadata(json, metadata);
            string? before = null;
            var offset = 0L;
            foreach (var (name, tensor) in sorted)
            {
                CheckText(name);
                if (name == before || name == SafetensorsHeader.MetadataKey)
                    throw new ArgumentException(
                        name == before
                            ? $"Two tensors are named '{name}'."
                            : $"No tensor can be named '{name}': the format reserves that name.",
                        nameof(sorted)
                    );
                before = name;
                json.WriteStartObject(name);
                json.WriteString("dtype", "F32");
                json.WriteStartArray("shape");
                foreach (var dimension in tensor.Shape.Dimensions)
                    json.WriteNumberValue(dimension);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                json.WriteNumberValue(offset += tensor.Length * (long)sizeof(float));
                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        var size = (buffer.WrittenCount + Alignment - 1) / Alignment * Alignment;
        var bytes = new byte[SafetensorsHeader.PrefixSize + size];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, size);
        buffer.WrittenSpan.CopyTo(bytes.AsSpan(SafetensorsHeader.PrefixSize));
        bytes.AsSpan(SafetensorsHeader.PrefixSize + buffer.WrittenCount).Fill((byte)' ');
        return bytes;
    }

    private static void WriteMetadata(Utf8JsonWriter json, IReadOnlyDictionary<string, string> metadata)
    {
        if (metadata.Count == 0)
            return;
        json.WriteStartObject(SafetensorsHeader.MetadataKey);
        foreach (var (key, value) in metadata.OrderBy(static item => item.Key, StringComparer.Ordinal))
        {
            CheckText(key);
            CheckText(value);
            json.WriteString(key, value);
        }

        json.WriteEndObject();
    }

    // The JSON writer would replace an unpaired surrogate without an error.
    private static void CheckText(string text)
    {
        for (var rest = text.AsSpan(); rest.Length > 0; )
        {
            if (Rune.DecodeFromUtf16(rest, out _, out var length) != OperationStatus.Done)
                throw new ArgumentException(
                    $"The text '{text}' is not valid Unicode (it has an unpaired surrogate), so it cannot "
                        + $"be written as UTF-8.",
                    nameof(text)
                );
            rest = rest[length..];
        }
    }

    private static void WriteElements(Stream stream, ReadOnlySpan<float> elements)
    {
        if (BitConverter.IsLittleEndian)
        {
            stream.Write(MemoryMarshal.AsBytes(elements));
            return;
        }

        Span<byte> bytes = stackalloc byte[sizeof(float)];
        foreach (var element in elements)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes, element);
            stream.Write(bytes);
        }
    }
}
