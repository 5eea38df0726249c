using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Graft.Weights.Onnx.Graphs;

/// <summary>
/// A constant of an ONNX graph. Its size has been checked against the number of its bytes. Elements are read on demand
/// and converted from their stored type to float32 or int64.
/// </summary>
/// <param name="file">The path of the file, for errors.</param>
/// <param name="name">The constant's name.</param>
/// <param name="type">The type of the stored elements.</param>
/// <param name="dimensions">The dimensions, with at most 2^31 - 1 elements in total.</param>
/// <param name="source">The bytes that contain the elements; not owned.</param>
/// <param name="position">The position of the first element in <paramref name="source"/>.</param>
internal sealed class OnnxConstant(
    string file,
    string name,
    OnnxElementType type,
    int[] dimensions,
    ByteSource source,
    long position
)
{
    private const int BufferSize = 1 << 18;

    /// <summary>Whether the stored elements are integers; otherwise they are floats.</summary>
    public bool IsInteger => type.IsInteger;

    public IReadOnlyList<int> Dimensions { get; } = dimensions;

    /// <summary>The number of elements.</summary>
    public int Count { get; } = dimensions.Aggregate(1, static (product, dimension) => product * dimension);

    /// <summary>The type and the shape, for messages.</summary>
    public string Description => $"{type.Name} [{string.Join(", ", Dimensions)}]";

    /// <summary>The same elements in another shape, which must have the same element count.</summary>
    public OnnxConstant Reshaped(int[] other) => new(file, name, type, other, source, position);

    /// <summary>A constant of computed floats.</summary>
    public static OnnxConstant Create(string file, string name, int[] dimensions, float[] values)
    {
        var bytes = new byte[values.Length * sizeof(float)];
        for (var i = 0; i < values.Length; i++)
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), values[i]);
        return new OnnxConstant(file, name, OnnxElementType.Single, dimensions, ByteSource.From(bytes), 0);
    }

    /// <summary>Copies all elements as floats.</summary>
    /// <param name="destination">A span of <see cref="Count"/> elements.</param>
    public void CopyTo(Span<float> destination) => CopyTo(0, destination);

    /// <summary>Copies elements as floats, starting at a given index.</summary>
    /// <exception cref="WeightsFormatException">
    /// A number is out of range for float32, or the file became shorter.
    /// </exception>
    public void CopyTo(long first, Span<float> destination)
    {
        if (type == OnnxElementType.Single && BitConverter.IsLittleEndian)
        {
            Read(first, MemoryMarshal.AsBytes(destination));
            return;
        }

        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            for (var done = 0; done < destination.Length; )
            {
                var count = Math.Min(buffer.Length / type.Size, destination.Length - done);
                Read(first + done, buffer.AsSpan(0, count * type.Size));
                var lost = type.Convert(buffer, destination.Slice(done, count));
                if (lost >= 0)
                    throw Error(
                        "numbers that a 32-bit float can hold",
                        $"{type.Name} element {first + done + lost:N0}, which does not fit",
                        "Save the model with float32 weights."
                    );
                done += count;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>All elements as floats.</summary>
    public float[] ToFloats()
    {
        var values = new float[Count];
        CopyTo(values);
        return values;
    }

    /// <summary>All elements as integers; only when <see cref="IsInteger"/>.</summary>
    public long[] ToIntegers()
    {
        var bytes = new byte[Count * type.Size];
        Read(0, bytes);
        var values = new long[Count];
        for (var i = 0; i < values.Length; i++)
            values[i] = type.ToInteger(bytes.AsSpan(i * type.Size));
        return values;
    }

    private void Read(long first, Span<byte> destination)
    {
        try
        {
            source.Read(position + (first * type.Size), destination);
        }
        catch (EndOfStreamException exception)
        {
            throw Error(
                $"{destination.Length:N0} bytes",
                exception.Message,
                "The file was shortened while it was read; get a fresh copy."
            );
        }
    }

    private WeightsFormatException Error(string expected, string found, string remedy) =>
        new($"Reading initialiser '{name}'", file, expected, found, remedy);
}
