using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Graft.Weights;

/// <summary>
/// Converts stored little-endian elements to float32. Each method fills the destination. It returns the index of the
/// first element that float32 cannot represent (an integer that would be rounded, or a finite number out of range), or
/// -1 when there is none. Other numbers are rounded to the nearest float32.
/// </summary>
internal static class LittleEndianElements
{
    /// <summary>Converts as many elements as <paramref name="destination"/> has room for.</summary>
    public delegate int Conversion(ReadOnlySpan<byte> source, Span<float> destination);

    private delegate T Reader<T>(ReadOnlySpan<byte> source);

    public static int FromSingle(ReadOnlySpan<byte> source, Span<float> destination)
    {
        source[..(destination.Length * sizeof(float))].CopyTo(MemoryMarshal.AsBytes(destination));
        if (!BitConverter.IsLittleEndian)
        {
            var bits = MemoryMarshal.Cast<float, int>(destination);
            BinaryPrimitives.ReverseEndianness(bits, bits);
        }

        return -1;
    }

    public static int FromHalf(ReadOnlySpan<byte> source, Span<float> destination)
    {
        for (var i = 0; i < destination.Length; i++)
            destination[i] = (float)BinaryPrimitives.ReadHalfLittleEndian(source[(i * 2)..]);
        return -1;
    }

    /// <summary>Converts bfloat16, which is the upper half of a float32.</summary>
    public static int FromBrainFloat(ReadOnlySpan<byte> source, Span<float> destination)
    {
        for (var i = 0; i < destination.Length; i++)
            destination[i] = BitConverter.UInt32BitsToSingle(
                (uint)BinaryPrimitives.ReadUInt16LittleEndian(source[(i * 2)..]) << 16
            );
        return -1;
    }

    public static int FromDouble(ReadOnlySpan<byte> source, Span<float> destination)
    {
        var lost = -1;
        for (var i = 0; i < destination.Length; i++)
        {
            var value = BinaryPrimitives.ReadDoubleLittleEndian(source[(i * 8)..]);
            destination[i] = (float)value;
            if (lost < 0 && double.IsFinite(value) && !float.IsFinite(destination[i]))
                lost = i;
        }

        return lost;
    }

    public static int FromByte(ReadOnlySpan<byte> source, Span<float> destination)
    {
        for (var i = 0; i < destination.Length; i++)
            destination[i] = source[i];
        return -1;
    }

    public static int FromSByte(ReadOnlySpan<byte> source, Span<float> destination)
    {
        for (var i = 0; i < destination.Length; i++)
            destination[i] = (sbyte)source[i];
        return -1;
    }

    public static int FromInt16(ReadOnlySpan<byte> source, Span<float> destination) =>
        FromInteger(source, destination, 2, static bytes => BinaryPrimitives.ReadInt16LittleEndian(bytes));

    public static int FromUInt16(ReadOnlySpan<byte> source, Span<float> destination) =>
        FromInteger(source, destination, 2, static bytes => BinaryPrimitives.ReadUInt16LittleEndian(bytes));

    public static int FromInt32(ReadOnlySpan<byte> source, Span<float> destination) =>
        FromInteger(source, destination, 4, static bytes => BinaryPrimitives.ReadInt32LittleEndian(bytes));

    public static int FromUInt32(ReadOnlySpan<byte> source, Span<float> destination) =>
        FromInteger(source, destination, 4, static bytes => BinaryPrimitives.ReadUInt32LittleEndian(bytes));

    public static int FromInt64(ReadOnlySpan<byte> source, Span<float> destination) =>
        FromInteger(source, destination, 8, static bytes => BinaryPrimitives.ReadInt64LittleEndian(bytes));

    public static int FromUInt64(ReadOnlySpan<byte> source, Span<float> destination) =>
        FromInteger(source, destination, 8, static bytes => BinaryPrimitives.ReadUInt64LittleEndian(bytes));

    private static int FromInteger(ReadOnlySpan<byte> source, Span<float> destination, int size, Reader<Int128> read)
    {
        var lost = -1;
        for (var i = 0; i < destination.Length; i++)
        {
            var value = read(source[(i * size)..]);
            destination[i] = (float)value;
            if (lost < 0 && (Int128)destination[i] != value)
                lost = i;
        }

        return lost;
    }
}
