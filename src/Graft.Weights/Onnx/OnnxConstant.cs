using System.Buffers.Binary;
using Graft.Weights.Onnx.Messages;

namespace Graft.Weights.Onnx;

/// <summary>A constant of an ONNX graph whose sizes were checked against its bytes.</summary>
internal sealed class OnnxConstant
{
    private readonly ReadOnlyMemory<byte> _bytes;

    private OnnxConstant(bool isInteger, int[] dimensions, ReadOnlyMemory<byte> bytes)
    {
        IsInteger = isInteger;
        Dimensions = dimensions;
        _bytes = bytes;
    }

    /// <summary>Whether its elements are 64-bit integers; 32-bit floats otherwise.</summary>
    public bool IsInteger { get; }

    public IReadOnlyList<int> Dimensions { get; }

    /// <summary>Its shape and type as texts show them.</summary>
    public string Description => $"{(IsInteger ? "int64" : "float32")} [{string.Join(", ", Dimensions)}]";

    /// <summary>Checks a constant.</summary>
    /// <param name="file">The file it comes from.</param>
    /// <param name="tensor">The message; the constant refers to its bytes.</param>
    /// <exception cref="WeightsFormatException">Its type is another one or its sizes do not fit its bytes.</exception>
    public static OnnxConstant From(string file, TensorProto tensor)
    {
        var operation = $"Reading initialiser '{tensor.Name}'";
        if (tensor.DataLocation != TensorProto.Types.DataLocation.Default)
            throw Error("values inside the file", "a reference to another file", "Save the model as one file.");
        if (tensor.DataType is not ((int)TensorProto.Types.DataType.Float or (int)TensorProto.Types.DataType.Int64))
            throw Error("data type 1 (float32) or 7 (int64)", $"data type {tensor.DataType}", "Save the model with float32 weights.");
        var isInteger = tensor.DataType == (int)TensorProto.Types.DataType.Int64;
        var dimensions = new int[tensor.Dims.Count];
        var count = 1L;
        for (var i = 0; i < dimensions.Length; i++)
        {
            if (tensor.Dims[i] is < 1 or > int.MaxValue || (count *= tensor.Dims[i]) > int.MaxValue)
                throw Error($"dimensions from 1 up, of at most {int.MaxValue:N0} elements", $"[{string.Join(", ", tensor.Dims.Take(8))}]", OnnxGraphReader.Remedy);
            dimensions[i] = (int)tensor.Dims[i];
        }

        var size = count * (isInteger ? sizeof(long) : sizeof(float));
        if (tensor.RawData.Length != size)
            throw Error($"{size:N0} bytes of raw data for [{string.Join(", ", dimensions)}]", $"{tensor.RawData.Length:N0}", OnnxGraphReader.Remedy);
        return new OnnxConstant(isInteger, dimensions, tensor.RawData.Memory);

        WeightsFormatException Error(string expected, string found, string remedy) => new(operation, file, expected, found, remedy);
    }

    /// <summary>Copies the floats.</summary>
    /// <param name="destination">As long as there are elements.</param>
    public void CopyTo(Span<float> destination) => LittleEndianElements.FromSingle(_bytes.Span, destination);

    /// <summary>The integers.</summary>
    public long[] ToIntegers()
    {
        var values = new long[_bytes.Length / sizeof(long)];
        for (var i = 0; i < values.Length; i++)
            values[i] = BinaryPrimitives.ReadInt64LittleEndian(_bytes.Span[(i * sizeof(long))..]);
        return values;
    }
}
