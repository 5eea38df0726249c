using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using Graft.Tensors;

namespace Graft.Testing;

/// <summary>Reads arrays that NumPy saved: C order, float32 or uint8, format versions 1 and 2.</summary>
public static partial class NpyFile
{
    /// <summary>Reads a float32 array.</summary>
    public static (Shape Shape, float[] Values) ReadSingles(string path)
    {
        var (shape, data) = Read(path, "<f4", sizeof(float));
        return (shape, MemoryMarshal.Cast<byte, float>(data).ToArray());
    }

    /// <summary>Reads a uint8 array.</summary>
    public static (Shape Shape, byte[] Values) ReadBytes(string path) => Read(path, "|u1", sizeof(byte));

    private static (Shape Shape, byte[] Data) Read(string path, string type, int size)
    {
        var file = File.ReadAllBytes(path);
        if (file.Length < 12 || !file.AsSpan(1).StartsWith("NUMPY"u8))
            throw new InvalidDataException($"'{path}' is not a .npy file.");
        var isFirstVersion = file[6] == 1;
        var start = isFirstVersion ? 10 : 12;
        var length = isFirstVersion
            ? BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(8))
            : (int)BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(8));
        var header = Encoding.ASCII.GetString(file, start, length);
        if (
            !header.Contains($"'descr': '{type}'", StringComparison.Ordinal)
            || !header.Contains("'fortran_order': False", StringComparison.Ordinal)
        )
            throw new InvalidDataException($"'{path}': expected {type} in C order, found {header.Trim()}.");
        var shape = new Shape([
            .. Dimensions()
                .Match(header)
                .Groups[1]
                .Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                .Select(int.Parse),
        ]);
        var data = file[(start + length)..];
        if (data.Length != shape.ElementCount * size)
            throw new InvalidDataException($"'{path}': {data.Length} bytes do not fill {shape} of {type}.");
        return (shape, data);
    }

    [GeneratedRegex(@"'shape': \(([^)]*)\)")]
    private static partial Regex Dimensions();
}
