namespace Graft.Weights;

/// <summary>Random access to bytes, of a file (without loading it whole) or in memory.</summary>
internal abstract class ByteSource : IDisposable
{
    /// <summary>The number of bytes.</summary>
    public abstract long Length { get; }

    /// <summary>Opens a file.</summary>
    public static ByteSource Open(string path) =>
        new FileSource(
            new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0)
        );

    /// <summary>Wraps bytes in memory.</summary>
    public static ByteSource From(ReadOnlyMemory<byte> bytes) => new MemorySource(bytes);

    /// <summary>Fills a span with the bytes that start at a position.</summary>
    /// <exception cref="EndOfStreamException">Fewer bytes remain.</exception>
    public abstract void Read(long position, Span<byte> destination);

    /// <summary>Closes the file, if there is one.</summary>
    public abstract void Dispose();

    private sealed class FileSource(FileStream stream) : ByteSource
    {
        public override long Length { get; } = stream.Length;

        public override void Read(long position, Span<byte> destination)
        {
            while (destination.Length > 0)
            {
                var read = RandomAccess.Read(stream.SafeFileHandle, destination, position);
                if (read == 0)
                    throw new EndOfStreamException($"the end of the file at byte {position:N0}");
                destination = destination[read..];
                position += read;
            }
        }

        public override void Dispose() => stream.Dispose();
    }

    private sealed class MemorySource(ReadOnlyMemory<byte> bytes) : ByteSource
    {
        public override long Length => bytes.Length;

        public override void Dispose() { }

        public override void Read(long position, Span<byte> destination)
        {
            if (position < 0 || position > bytes.Length - destination.Length)
                throw new EndOfStreamException($"the end of the bytes at {bytes.Length:N0}");
            bytes.Span.Slice((int)position, destination.Length).CopyTo(destination);
        }
    }
}
