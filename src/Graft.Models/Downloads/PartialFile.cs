using System.Security.Cryptography;

namespace Graft.Models.Downloads;

/// <summary>
/// The bytes of a download so far, beside the file that it becomes: <c>NAME.part</c>, and in <c>NAME.part.tag</c> the
/// server's tag of the version they belong to. They outlive the process, so that the next one goes on where this one
/// stopped.
/// </summary>
internal sealed class PartialFile(string target)
{
    private readonly string _path = target + ".part";
    private readonly string _tagPath = target + ".part.tag";

    /// <summary>How many bytes are there.</summary>
    public long Length => File.Exists(_path) ? new FileInfo(_path).Length : 0;

    /// <summary>The tag of the version that the bytes belong to; null when the server gave none.</summary>
    public string? Tag => File.Exists(_tagPath) ? File.ReadAllText(_tagPath) : null;

    /// <summary>Opens it to append, empty and for a new version when nothing is to be kept.</summary>
    public FileStream Open(bool keep, string? tag)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
        if (!keep)
        {
            Discard();
            if (tag is not null)
                File.WriteAllText(_tagPath, tag);
        }

        // Without a buffer: what has arrived outlives the process whenever it is killed, to the last byte.
        return new FileStream(_path, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
    }

    /// <summary>The SHA-256 of the bytes in lower-case hexadecimal digits.</summary>
    public string Digest(IProgress<PullProgress>? progress, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var stream = File.OpenRead(_path);
        var buffer = new byte[1 << 20];
        for (int count; (count = stream.Read(buffer)) > 0; )
        {
            cancellationToken.ThrowIfCancellationRequested();
            hash.AppendData(buffer.AsSpan(0, count));
            progress?.Report(new PullProgress(PullPhase.Verify, stream.Position, stream.Length));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Makes it the file.</summary>
    public void Complete()
    {
        using (var stream = new FileStream(_path, FileMode.Open, FileAccess.ReadWrite))
            stream.Flush(flushToDisk: true);
        File.Move(_path, target, overwrite: true);
        File.Delete(_tagPath);
    }

    /// <summary>Deletes it.</summary>
    public void Discard()
    {
        File.Delete(_path);
        File.Delete(_tagPath);
    }
}
