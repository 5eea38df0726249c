using System.Security.Cryptography;

namespace Graft.Models.Downloads;

/// <summary>
/// The bytes of a download so far, in <c>NAME.part</c> beside the target file. <c>NAME.part.tag</c> has the server's
/// entity tag of their version. Both files outlive the process, so that the next attempt can resume the download.
/// </summary>
internal sealed class PartialFile(string target)
{
    private readonly string _path = target + ".part";
    private readonly string _tagPath = target + ".part.tag";

    /// <summary>The number of bytes so far.</summary>
    public long Length => File.Exists(_path) ? new FileInfo(_path).Length : 0;

    /// <summary>The tag of the version that the bytes belong to; null if the server gave none.</summary>
    public string? Tag => File.Exists(_tagPath) ? File.ReadAllText(_tagPath) : null;

    /// <summary>Opens the file to append to it; unless the bytes are kept, it starts empty with a new tag.</summary>
    public FileStream Open(bool keep, string? tag)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
        if (!keep)
        {
            Discard();
            if (tag is not null)
                File.WriteAllText(_tagPath, tag);
        }

        // Without a buffer, so that no received byte is lost when the process is killed.
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

    /// <summary>Flushes the bytes to the disk and renames the file to the target.</summary>
    public void Complete()
    {
        using (var stream = new FileStream(_path, FileMode.Open, FileAccess.ReadWrite))
            stream.Flush(flushToDisk: true);
        File.Move(_path, target, overwrite: true);
        File.Delete(_tagPath);
    }

    /// <summary>Deletes the bytes and the tag.</summary>
    public void Discard()
    {
        File.Delete(_path);
        File.Delete(_tagPath);
    }
}
