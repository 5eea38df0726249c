using System.Buffers;
using System.Runtime.InteropServices;
using Graft.Tensors;

namespace Graft.Weights.Safetensors;

/// <summary>
/// An open safetensors file: named tensors, each read on demand. The whole header is checked when the file is opened.
/// Thread-safe, except for <see cref="Dispose"/>.
/// </summary>
/// <remarks>
/// Elements are read from the file and not through a memory mapping. Both copy into the tensor's own memory, but when a
/// mapped file is truncated, access to it kills the process instead of raising an error.
/// </remarks>
public sealed class SafetensorsFile : ITensorFile
{
    private const string Operation = "Reading a tensor";
    private const int BufferSize = 1 << 18;

    private readonly FileStream _stream;
    private readonly Dictionary<string, SafetensorsEntry> _byName;

    private SafetensorsFile(string path, FileStream stream, SafetensorsHeader header)
    {
        Path = path;
        _stream = stream;
        Entries = header.Entries;
        Metadata = header.Metadata;
        _byName = header.Entries.ToDictionary(static entry => entry.Name, StringComparer.Ordinal);
    }

    /// <summary>The path the file was opened with.</summary>
    public string Path { get; }

    /// <summary>Every tensor, in the order of the file's data.</summary>
    public IReadOnlyList<SafetensorsEntry> Entries { get; }

    /// <inheritdoc/>
    public IEnumerable<string> Names => Entries.Select(static entry => entry.Name);

    /// <summary>The file's metadata; empty when the file has none.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Opens a file and checks its header.</summary>
    /// <param name="path">The path of the file.</param>
    /// <returns>The open file, which the caller disposes.</returns>
    /// <exception cref="WeightsFormatException">The file breaks a rule of the format.</exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">Permission to read the file is denied.</exception>
    public static SafetensorsFile Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var stream = new FileStream(
            path,
            FileMode.Open,
            FileAccess.Read,
            FileShare.Read | FileShare.Delete,
            bufferSize: 0
        );
        try
        {
            return new SafetensorsFile(path, stream, SafetensorsHeader.Read(path, stream));
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>The header's entry for a tensor; null when the file has no tensor with that name.</summary>
    /// <param name="name">The tensor's name.</param>
    public SafetensorsEntry? Find(string name) => _byName.GetValueOrDefault(name);

    /// <inheritdoc/>
    public Shape? ShapeOf(string name) => Find(name)?.Shape;

    /// <summary>Reads a tensor, converted to float32 when it is stored otherwise.</summary>
    /// <param name="name">The tensor's name.</param>
    /// <returns>The tensor, which the caller owns.</returns>
    /// <exception cref="WeightsFormatException">
    /// The file has no tensor with that name, the elements cannot be converted to float32 (an integer that would be
    /// rounded, a number out of range, an unsupported type), or the file became shorter after it was opened.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The file was closed.</exception>
    public Tensor Read(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        ObjectDisposedException.ThrowIf(!_stream.CanRead, this);
        var entry = Find(name)
            ?? throw new WeightsFormatException(
                Operation,
                Path,
                $"a tensor named '{name}'",
                $"none among the {Entries.Count} in the file",
                "Check that the file belongs to the model."
            );
        var (size, conversion) = SafetensorsElements.ByName[entry.ElementType];
        if (conversion is null)
            throw new WeightsFormatException(
                Operation,
                Path,
                $"numbers that convert to F32 in tensor '{name}'",
                entry.ElementType,
                "Save the file again with F32, F16 or BF16 elements."
            );
        if (entry.Shape.ElementCount > int.MaxValue)
            throw new WeightsFormatException(
                Operation,
                Path,
                $"at most {int.MaxValue:N0} elements in tensor '{name}'",
                $"{entry.Shape.ElementCount:N0}",
                "Split the tensor."
            );

        var tensor = Tensor.Uninitialized(entry.Shape);
        try
        {
            if (entry.ElementType == "F32" && BitConverter.IsLittleEndian)
                Fill(MemoryMarshal.AsBytes(tensor.Span), entry, 0);
            else
                Convert(tensor.Span, entry, size, conversion);
            return tensor;
        }
        catch
        {
            tensor.Dispose();
            throw;
        }
    }

    /// <summary>Closes the file. Calling it again does nothing.</summary>
    public void Dispose() => _stream.Dispose();

    private void Convert(
        Span<float> destination,
        SafetensorsEntry entry,
        int size,
        LittleEndianElements.Conversion conversion
    )
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            for (var done = 0; done < destination.Length; )
            {
                var count = Math.Min(buffer.Length / size, destination.Length - done);
                var bytes = buffer.AsSpan(0, count * size);
                Fill(bytes, entry, (long)done * size);
                var lost = conversion(bytes, destination.Slice(done, count));
                if (lost >= 0)
                    throw new WeightsFormatException(
                        Operation,
                        Path,
                        $"numbers in tensor '{entry.Name}' that F32 can hold",
                        $"{entry.ElementType} element {done + lost:N0}, which does not fit",
                        "Save the file again with F32 elements."
                    );
                done += count;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private void Fill(Span<byte> destination, SafetensorsEntry entry, long offset)
    {
        for (var position = entry.Position + offset; destination.Length > 0; )
        {
            var read = RandomAccess.Read(_stream.SafeFileHandle, destination, position);
            if (read == 0)
                throw new WeightsFormatException(
                    Operation,
                    Path,
                    $"{entry.ByteCount:N0} bytes for tensor '{entry.Name}'",
                    $"the end of the file at {position:N0}",
                    "The file was shortened after it was opened; get a fresh copy."
                );
            destination = destination[read..];
            position += read;
        }
    }
}
