using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Graft.Weights.Npy;

/// <summary>Writes arrays in NumPy's format, version 1.0: little-endian float32 in row-major order.</summary>
/// <remarks>
/// The format: a magic string, the version, the length of the header, the header, the values. The header is padded so
/// that the values start at a multiple of 64 bytes.
/// </remarks>
public static class NpyWriter
{
    private const int Alignment = 64;

    /// <summary>Writes an array part by part, so that the whole array need not be in memory.</summary>
    /// <param name="path">The path of the file, which is written atomically.</param>
    /// <param name="shape">The dimensions.</param>
    /// <param name="parts">The values in row-major order, in parts of any size.</param>
    /// <exception cref="ArgumentException">The parts have more or fewer values than the shape.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="PlatformNotSupportedException">The machine is big-endian.</exception>
    public static void Write(string path, IReadOnlyList<int> shape, IEnumerable<ReadOnlyMemory<float>> parts)
    {
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentNullException.ThrowIfNull(parts);
        if (!BitConverter.IsLittleEndian)
            throw new PlatformNotSupportedException("Writing .npy files needs a little-endian machine.");
        AtomicFile.Write(path, stream =>
        {
            stream.Write(Header(shape));
            var expected = shape.Aggregate(1L, (product, dimension) => product * dimension);
            var written = 0L;
            foreach (var part in parts)
            {
                stream.Write(MemoryMarshal.AsBytes(part.Span));
                written += part.Length;
            }

            if (written != expected)
                throw new ArgumentException(
                    $"'{path}' of shape ({string.Join(", ", shape)}) has {expected:N0} values, but {written:N0} were "
                        + $"given.",
                    nameof(parts)
                );
        });
    }

    private static byte[] Header(IReadOnlyList<int> shape)
    {
        var dimensions = shape.Count == 1 ? $"{shape[0]}," : string.Join(", ", shape);
        var text = $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({dimensions}), }}";
        var prefix = 10;
        var length = (prefix + text.Length + 1 + Alignment - 1) / Alignment * Alignment;
        var header = new byte[length];
        header.AsSpan().Fill((byte)' ');
        header[0] = 0x93;
        "NUMPY"u8.CopyTo(header.AsSpan(1));
        header[6] = 1;
        header[7] = 0;
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(8), (ushort)(length - prefix));
        Encoding.ASCII.GetBytes(text, header.AsSpan(prefix));
        header[^1] = (byte)'\n';
        return header;
    }
}
