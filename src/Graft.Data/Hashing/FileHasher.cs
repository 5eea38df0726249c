using System.Security.Cryptography;

namespace Graft.Data.Hashing;

/// <summary>How far a <see cref="FileHasher"/> is.</summary>
/// <param name="Done">Files done, unreadable ones included.</param>
/// <param name="Total">All files.</param>
/// <param name="Bytes">Bytes read so far.</param>
public readonly record struct HashProgress(int Done, int Total, long Bytes);

/// <summary>What became of one file.</summary>
/// <param name="Path">The file.</param>
/// <param name="Hash">The hash of its bytes, or null if it cannot be read.</param>
/// <param name="Error">Why it cannot be read, a sentence for the user, or null.</param>
public sealed record HashedFile(string Path, ContentHash? Hash, string? Error);

/// <summary>
/// Hashes files on several threads. Every file is read anew each time: names, sizes and dates prove nothing about the
/// content. Immutable and thread-safe.
/// </summary>
/// <param name="threads">How many threads; one a processor when 0.</param>
public sealed class FileHasher(int threads = 0)
{
    private const int BufferSize = 1 << 18;

    private readonly int _threads = threads switch
    {
        < 0 => throw new ArgumentOutOfRangeException(
            nameof(threads),
            threads,
            "The number of threads must be 1 or more, or 0 for one a processor."
        ),
        0 => Environment.ProcessorCount,
        _ => threads,
    };

    /// <summary>Hashes files.</summary>
    /// <param name="paths">The files.</param>
    /// <param name="progress">Receives a report for every file, from several threads, one at a time.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    /// <returns>
    /// One result a path, in the order of the paths; what cannot be read has an error instead of a hash.
    /// </returns>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public IReadOnlyList<HashedFile> HashAll(
        IReadOnlyList<string> paths,
        IProgress<HashProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(paths);
        var results = new HashedFile[paths.Count];
        var reporting = new Lock();
        var done = 0;
        var bytes = 0L;
        var options = new ParallelOptions { MaxDegreeOfParallelism = _threads, CancellationToken = cancellationToken };
        Parallel.For(
            0,
            paths.Count,
            options,
            () => new byte[BufferSize],
            (i, _, buffer) =>
            {
                results[i] = Hash(paths[i], buffer, cancellationToken, out var length);
                lock (reporting)
                {
                    done++;
                    bytes += length;
                    progress?.Report(new(done, paths.Count, bytes));
                }

                return buffer;
            },
            _ => { }
        );
        return results;
    }

    private static HashedFile Hash(string path, byte[] buffer, CancellationToken cancellationToken, out long length)
    {
        length = 0;
        try
        {
            // Pipes and devices have the length 0 too, and opening a pipe would wait for its writer for ever.
            if (LengthOf(path) == 0)
                return new(path, ContentHash.Empty, null);
            using var file = File.OpenHandle(path, options: FileOptions.SequentialScan);
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            int read;
            while ((read = RandomAccess.Read(file, buffer, length)) > 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                hash.AppendData(buffer.AsSpan(0, read));
                length += read;
            }

            return new(path, new ContentHash(hash.GetHashAndReset()), null);
        }
        catch (Exception exception)
            when (exception is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            return new(path, null, Reason(path, exception));
        }
    }

    private static long LengthOf(string path)
    {
        var file = new FileInfo(path);
        return file.LinkTarget is not null && file.ResolveLinkTarget(returnFinalTarget: true) is FileInfo target
            ? target.Length
            : file.Length;
    }

    private static string Reason(string path, Exception exception)
    {
        if (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return new FileInfo(path).LinkTarget is { } target
                ? $"The link leads to '{target}', which is not there."
                : "The file is not there.";
        }

        return exception is UnauthorizedAccessException
            ? "The file may not be read by this user."
            : $"The file cannot be read: {exception.Message}";
    }
}
