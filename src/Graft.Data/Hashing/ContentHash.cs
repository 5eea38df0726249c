using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Graft.Data.Hashing;

/// <summary>
/// The SHA-256 of the bytes of a file. It identifies an image whatever its name and folder. Immutable; compared by
/// value.
/// </summary>
public readonly struct ContentHash : IEquatable<ContentHash>
{
    /// <summary>The number of bytes.</summary>
    public const int Length = SHA256.HashSizeInBytes;

    private readonly ulong _first,
        _second,
        _third,
        _fourth;

    /// <summary>Makes a hash from its bytes.</summary>
    /// <param name="bytes">32 bytes.</param>
    /// <exception cref="ArgumentException">There are not 32 bytes.</exception>
    public ContentHash(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Length)
            throw new ArgumentException($"A SHA-256 has {Length} bytes, not {bytes.Length}.", nameof(bytes));
        _first = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        _second = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
        _third = BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]);
        _fourth = BinaryPrimitives.ReadUInt64BigEndian(bytes[24..]);
    }

    /// <summary>The hash of an empty file.</summary>
    public static ContentHash Empty { get; } = Compute([]);

    /// <summary>Hashes a file's bytes.</summary>
    /// <param name="content">The whole file.</param>
    public static ContentHash Compute(ReadOnlySpan<byte> content)
    {
        Span<byte> hash = stackalloc byte[Length];
        SHA256.HashData(content, hash);
        return new(hash);
    }

    /// <summary>Hashes a file, block by block.</summary>
    /// <param name="path">The file.</param>
    /// <param name="buffer">Memory for a block.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    /// <param name="length">Receives the number of bytes read.</param>
    /// <returns>The hash; null if the file cannot be read.</returns>
    internal static ContentHash? TryComputeFile(
        string path,
        byte[] buffer,
        CancellationToken cancellationToken,
        out long length
    )
    {
        length = 0;
        try
        {
            // Pipes and devices have length 0 too; opening a pipe would block until something writes to it.
            var file = new FileInfo(path);
            if (file.LinkTarget is not null && file.ResolveLinkTarget(returnFinalTarget: true) is FileInfo target)
                file = target;
            if (file.Length == 0)
                return Empty;
            using var handle = File.OpenHandle(path, options: FileOptions.SequentialScan);
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            int read;
            while ((read = RandomAccess.Read(handle, buffer, length)) > 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                hash.AppendData(buffer.AsSpan(0, read));
                length += read;
            }

            return new ContentHash(hash.GetHashAndReset());
        }
        catch (Exception exception)
            when (exception is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Writes the 32 bytes.</summary>
    /// <param name="destination">32 bytes or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is less space.</exception>
    public void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, _first);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], _second);
        BinaryPrimitives.WriteUInt64BigEndian(destination[16..], _third);
        BinaryPrimitives.WriteUInt64BigEndian(destination[24..], _fourth);
    }

    /// <summary>The 32 bytes in a new array.</summary>
    public byte[] ToArray()
    {
        var bytes = new byte[Length];
        CopyTo(bytes);
        return bytes;
    }

    /// <summary>64 lower-case hexadecimal digits.</summary>
    public override string ToString() => $"{_first:x16}{_second:x16}{_third:x16}{_fourth:x16}";

    /// <inheritdoc/>
    public bool Equals(ContentHash other) =>
        _first == other._first && _second == other._second && _third == other._third && _fourth == other._fourth;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is ContentHash other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _first.GetHashCode();

    /// <summary>Whether two hashes are equal.</summary>
    public static bool operator ==(ContentHash left, ContentHash right) => left.Equals(right);

    /// <summary>Whether two hashes differ.</summary>
    public static bool operator !=(ContentHash left, ContentHash right) => !left.Equals(right);
}
