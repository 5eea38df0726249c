namespace Graft.Weights;

/// <summary>
/// Writes a file atomically, even when the process is killed or the disk fills. The content goes to a temporary file in
/// the same folder, is flushed to disk, and is renamed over the old file. Thread-safe; when several processes write the
/// same path, the last one wins.
/// </summary>
public static class AtomicFile
{
    private const string Extension = ".tmp";
    private const int BufferSize = 1 << 16;

    // A killed process leaves its temporary file behind. A file that is older than this is taken to be abandoned.
    private static readonly TimeSpan Abandoned = TimeSpan.FromDays(1);

    /// <summary>Writes a file and replaces an existing one. The folder is created when it is missing.</summary>
    /// <param name="path">The path of the file. A symbolic link is followed, and its target is replaced.</param>
    /// <param name="write">Writes the content to the given stream; need not close the stream.</param>
    /// <exception cref="IOException">
    /// The folder cannot be written, the disk is full, or the path is a folder; the message names the folder and a
    /// remedy. An existing file at <paramref name="path"/> is left as it was.
    /// </exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(write);
        var target = Resolve(path);
        if (Directory.Exists(target))
            throw new IOException(
                $"Cannot write '{target}': it is a folder, a file was expected. Choose another name."
            );
        if (IsDevice(target))
        {
            // Renaming over /dev/null would destroy it for the whole machine.
            using var device = new FileStream(target, FileMode.Open, FileAccess.Write);
            write(device);
            return;
        }

        var folder = Path.GetDirectoryName(target)!;
        var temporary = Path.Combine(folder, $".{Path.GetFileName(target)}.{Guid.NewGuid():N}{Extension}");
        try
        {
            WriteTemporary(target, folder, temporary, write);
            Attempt(target, folder, () => File.Move(temporary, target, overwrite: true));
        }
        catch
        {
            Discard(temporary);
            throw;
        }

        DiscardAbandoned(folder, Path.GetFileName(target));
    }

    /// <summary>Writes a text file as UTF-8 without a byte order mark, as <see cref="Write"/> does.</summary>
    /// <param name="path">The path of the file.</param>
    /// <param name="text">The whole content.</param>
    /// <exception cref="IOException">As for <see cref="Write"/>.</exception>
    public static void WriteText(string path, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        Write(path, stream =>
        {
            using var writer = new StreamWriter(stream, leaveOpen: true);
            writer.Write(text);
        });
    }

    /// <summary>
    /// The message for a failed write: the path, the cause and a remedy. For files that are not written by
    /// <see cref="Write"/>, such as databases.
    /// </summary>
    /// <param name="path">The path of the file that could not be written.</param>
    /// <param name="cause">The exception that the write threw.</param>
    public static string Explain(string path, Exception cause)
    {
        ArgumentNullException.ThrowIfNull(cause);
        var folder = Path.GetDirectoryName(Path.GetFullPath(path));
        if (IsDiskFull(cause))
            return $"Cannot write '{path}': the disk that holds folder '{folder}' is full. Free some space there or "
                + "choose a folder on another disk.";
        if (cause is UnauthorizedAccessException || (cause.HResult is 30 && !OperatingSystem.IsWindows()))
            return $"Cannot write '{path}': folder '{folder}' is read-only or belongs to somebody else. Make it "
                + "writable or choose another folder.";
        return $"Cannot write '{path}' in folder '{folder}': {cause.Message} Check that folder or choose another one.";
    }

    private static void WriteTemporary(string target, string folder, string temporary, Action<Stream> write)
    {
        FileStream? stream = null;
        Attempt(target, folder, () =>
        {
            Directory.CreateDirectory(folder);
            stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, BufferSize);
        });
        try
        {
            using (stream)
            {
                write(stream!);
                Attempt(target, folder, () => stream!.Flush(flushToDisk: true));
            }
        }
        catch (IOException exception) when (exception is not AtomicWriteException && IsDiskFull(exception))
        {
            // Other errors come from the caller's own code, for example from reading another file; they pass unchanged.
            throw new AtomicWriteException(Explain(target, exception), exception);
        }
    }

    private static void Attempt(string target, string folder, Action action)
    {
        try
        {
            action();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            if (File.Exists(folder))
                throw new AtomicWriteException(
                    $"Cannot write '{target}': '{folder}' is a file, a folder was expected. Choose another folder.",
                    exception
                );
            throw new AtomicWriteException(Explain(target, exception), exception);
        }
    }

    private static string Resolve(string path)
    {
        var full = Path.GetFullPath(path);
        try
        {
            return File.ResolveLinkTarget(full, returnFinalTarget: true)?.FullName ?? full;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return full;
        }
    }

    private static bool IsDevice(string path) =>
        !OperatingSystem.IsWindows()
        && path.StartsWith("/dev/", StringComparison.Ordinal)
        && !path.StartsWith("/dev/shm/", StringComparison.Ordinal)
        && File.Exists(path);

    // Unix: ENOSPC 28, EDQUOT 122 (69 on macOS); Windows: ERROR_HANDLE_DISK_FULL and ERROR_DISK_FULL.
    private static bool IsDiskFull(Exception exception) =>
        OperatingSystem.IsWindows()
            ? exception.HResult is unchecked((int)0x80070027) or unchecked((int)0x80070070)
            : exception.HResult == 28 || exception.HResult == (OperatingSystem.IsMacOS() ? 69 : 122);

    private static void DiscardAbandoned(string folder, string name)
    {
        try
        {
            foreach (var path in Directory.EnumerateFiles(folder, $".{name}.*{Extension}"))
            {
                if (DateTime.UtcNow - File.GetLastWriteTimeUtc(path) > Abandoned)
                    Discard(path);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The file has been written; a failed cleanup must not become an error.
        }
    }

    private static void Discard(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The error that made the write fail is more useful than this one.
        }
    }

    /// <summary>Marks an error whose message already has the explanation.</summary>
    private sealed class AtomicWriteException(string message, Exception cause) : IOException(message, cause);
}
