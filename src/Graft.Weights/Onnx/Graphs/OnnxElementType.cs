using System.Buffers.Binary;
using Graft.Weights.Onnx.Messages;

namespace Graft.Weights.Onnx.Graphs;

/// <summary>An element type that can be read.</summary>
/// <param name="Name">The type's name as ONNX spells it.</param>
/// <param name="Size">The size of an element in bytes.</param>
/// <param name="IsInteger">Whether the elements are integers; otherwise they are floats.</param>
/// <param name="Convert">Converts elements to float32.</param>
internal sealed record OnnxElementType(string Name, int Size, bool IsInteger, LittleEndianElements.Conversion Convert)
{
    /// <summary>The type float32.</summary>
    public static readonly OnnxElementType Single = new("float32", 4, false, LittleEndianElements.FromSingle);

    private static readonly Dictionary<int, OnnxElementType> ByNumber = new()
    {
        [(int)TensorProto.Types.DataType.Float] = Single,
        [(int)TensorProto.Types.DataType.Float16] = new("float16", 2, false, LittleEndianElements.FromHalf),
        [(int)TensorProto.Types.DataType.Bfloat16] = new("bfloat16", 2, false, LittleEndianElements.FromBrainFloat),
        [(int)TensorProto.Types.DataType.Double] = new("double", 8, false, LittleEndianElements.FromDouble),
        [(int)TensorProto.Types.DataType.Int64] = new("int64", 8, true, LittleEndianElements.FromInt64),
        [(int)TensorProto.Types.DataType.Int32] = new("int32", 4, true, LittleEndianElements.FromInt32),
        [(int)TensorProto.Types.DataType.Int8] = new("int8", 1, true, LittleEndianElements.FromSByte),
        [(int)TensorProto.Types.DataType.Uint8] = new("uint8", 1, true, LittleEndianElements.FromByte),
        [(int)TensorProto.Types.DataType.Bool] = new("bool", 1, true, LittleEndianElements.FromByte),
    };

    /// <summary>The names of the types, for messages.</summary>
    public static string Names => string.Join(", ", ByNumber.Values.Select(static type => type.Name));

    /// <summary>The type with the given <c>TensorProto.DataType</c> number; null when it cannot be read.</summary>
    public static OnnxElementType? From(int number) => ByNumber.GetValueOrDefault(number);

    /// <summary>Converts the first element to an integer; only for integer types.</summary>
    public long ToInteger(ReadOnlySpan<byte> bytes) =>
        Size switch
        {
            8 => BinaryPrimitives.ReadInt64LittleEndian(bytes),
            4 => BinaryPrimitives.ReadInt32LittleEndian(bytes),
            _ => Name == "int8" ? (sbyte)bytes[0] : bytes[0],
        };
}
