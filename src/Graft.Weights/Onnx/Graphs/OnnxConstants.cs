using System.Buffers.Binary;
using Graft.Weights.Onnx.Messages;

namespace Graft.Weights.Onnx.Graphs;

/// <summary>
/// Creates constants from <see cref="TensorProto"/> messages. The elements are inside the message, elsewhere in the
/// file, or in a file beside it.
/// </summary>
/// <param name="file">The path of the file, for errors and to find files beside it.</param>
/// <param name="source">The file's bytes; must outlive the constants.</param>
internal sealed class OnnxConstants(string file, ByteSource source) : IDisposable
{
    private readonly Dictionary<string, ByteSource> _beside = new(StringComparer.Ordinal);

    /// <summary>Checks a message and creates its constant.</summary>
    /// <param name="tensor">The message.</param>
    /// <param name="rawData">The position of the raw data when the message was parsed without them.</param>
    /// <exception cref="WeightsFormatException">
    /// The element type is not supported, or the dimensions do not match the number of bytes.
    /// </exception>
    public OnnxConstant From(TensorProto tensor, ByteRange? rawData)
    {
        var type = OnnxElementType.From(tensor.DataType)
            ?? throw Error(
                tensor,
                $"a data type among {OnnxElementType.Names}",
                $"data type {tensor.DataType}",
                "Save the model with float32 weights."
            );
        var dimensions = new int[tensor.Dims.Count];
        var count = 1L;
        for (var i = 0; i < dimensions.Length; i++)
        {
            if (
                tensor.Dims[i] is < 0 or > int.MaxValue
                || (tensor.Dims[i] == 0 && !type.IsInteger)
                || (count *= tensor.Dims[i]) > int.MaxValue
            )
                throw Error(
                    tensor,
                    $"dimensions from 1 up, of at most {int.MaxValue:N0} elements",
                    $"[{string.Join(", ", tensor.Dims.Take(8))}]"
                );
            dimensions[i] = (int)tensor.Dims[i];
        }

        var size = count * type.Size;
        if (tensor.DataLocation == TensorProto.Types.DataLocation.External)
            return External(tensor, type, dimensions, size);
        if (rawData is { } range)
            return range.Length == size
                ? new OnnxConstant(file, tensor.Name, type, dimensions, source, range.Start)
                : throw SizeError(range.Length);
        var inline = tensor.HasRawData ? tensor.RawData.ToByteArray() : Typed(tensor, type);
        return inline.Length == size
            ? new OnnxConstant(file, tensor.Name, type, dimensions, ByteSource.From(inline), 0)
            : throw SizeError(inline.Length);

        WeightsFormatException SizeError(long found) =>
            Error(tensor, $"{size:N0} bytes of raw data for [{string.Join(", ", dimensions)}]", $"{found:N0}");
    }

    public void Dispose()
    {
        foreach (var (_, other) in _beside)
            other.Dispose();
    }

    private OnnxConstant External(TensorProto tensor, OnnxElementType type, int[] dimensions, long size)
    {
        var entries = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in tensor.ExternalData)
            entries[entry.Key] = entry.Value;
        var location = entries.GetValueOrDefault("location", "");
        var path = SiblingFile.Resolve(file, location)
            ?? throw Error(tensor, "the path of a file in the model's own folder", $"'{location}'");
        if (!_beside.TryGetValue(path, out var other))
        {
            if (!File.Exists(path))
                throw Error(
                    tensor,
                    $"the file '{path}' with its elements",
                    "no such file",
                    "Get a fresh copy of the model with all its files."
                );
            _beside.Add(path, other = ByteSource.Open(path));
        }

        var offset = Number("offset", 0);
        var length = Number("length", size);
        if (length != size || offset > other.Length - length)
            throw Error(
                tensor,
                $"{size:N0} bytes in '{location}'",
                $"{length:N0} from byte {offset:N0} on, in a file of {other.Length:N0}"
            );
        return new OnnxConstant(file, tensor.Name, type, dimensions, other, offset);

        long Number(string key, long otherwise) =>
            !entries.TryGetValue(key, out var text) ? otherwise
            : long.TryParse(
                text,
                System.Globalization.NumberStyles.None,
                System.Globalization.CultureInfo.InvariantCulture,
                out var value
            )
                ? value
            : throw Error(tensor, $"a number for {key}", $"'{text}'");
    }

    /// <summary>Converts elements that the message stores in a typed list to the bytes of raw data.</summary>
    private static byte[] Typed(TensorProto tensor, OnnxElementType type)
    {
        var count = type.Name switch
        {
            "float32" => tensor.FloatData.Count,
            "double" => tensor.DoubleData.Count,
            "int64" => tensor.Int64Data.Count,
            _ => tensor.Int32Data.Count,
        };
        var bytes = new byte[(long)count * type.Size];
        for (var i = 0; i < count; i++)
        {
            var target = bytes.AsSpan(i * type.Size, type.Size);
            if (type.Name == "float32")
                BinaryPrimitives.WriteSingleLittleEndian(target, tensor.FloatData[i]);
            else if (type.Name == "double")
                BinaryPrimitives.WriteDoubleLittleEndian(target, tensor.DoubleData[i]);
            else if (type.Name == "int64")
                BinaryPrimitives.WriteInt64LittleEndian(target, tensor.Int64Data[i]);
            else if (type.Size == 4)
                BinaryPrimitives.WriteInt32LittleEndian(target, tensor.Int32Data[i]);
            else if (type.Size == 2)
                BinaryPrimitives.WriteUInt16LittleEndian(target, (ushort)tensor.Int32Data[i]);
            else
                target[0] = (byte)tensor.Int32Data[i];
        }

        return bytes;
    }

    private WeightsFormatException Error(
        TensorProto tensor,
        string expected,
        string found,
        string remedy = OnnxGraphReader.Remedy
    ) => new($"Reading initialiser '{tensor.Name}'", file, expected, found, remedy);
}
