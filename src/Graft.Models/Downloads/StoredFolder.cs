using Graft.Weights;

namespace Graft.Models.Downloads;

/// <summary>
/// A folder that is created atomically: it is filled under a temporary name in the same parent folder, then renamed.
/// Processes that create the same folder wait for each other. What a killed process leaves behind, the next one
/// deletes.
/// </summary>
internal sealed class StoredFolder(string path)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    // The error codes of a lock that another process holds: EWOULDBLOCK on Linux (11) and macOS (35), sharing violation
    // and lock violation on Windows.
    private static readonly int[] HeldByOthers = [11, 35, unchecked((int)0x80070020), unchecked((int)0x80070021)];

    private readonly string _parent = System.IO.Path.GetDirectoryName(path)!;
    private readonly string _name = System.IO.Path.GetFileName(path);

    /// <summary>The path of the folder, whether it exists or not.</summary>
    public string Path => path;

    /// <summary>Creates the folder unless it is complete.</summary>
    /// <param name="isComplete">Returns whether the folder at <see cref="Path"/> exists and is complete.</param>
    /// <param name="fill">Fills the empty folder at the given path.</param>
    /// <param name="progress">Receives reports while this process waits for another one.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="PullException">The folder cannot be written.</exception>
    public void Ensure(
        Func<bool> isComplete,
        Action<string> fill,
        IProgress<PullProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        if (isComplete())
            return;
        Explained(() =>
        {
            Directory.CreateDirectory(_parent);
            using var held = Lock(progress, cancellationToken);
            if (isComplete())
                return;
            DeleteLeftovers();
            var temporary = Temporary();
            Directory.CreateDirectory(temporary);
            try
            {
                fill(temporary);
                if (Directory.Exists(path))
                    Directory.Move(path, Temporary());
                Directory.Move(temporary, path);
            }
            finally
            {
                DeleteLeftovers();
            }
        });
    }

    /// <summary>Deletes the folder and all leftovers.</summary>
    /// <returns>The number of bytes freed.</returns>
    /// <exception cref="PullException">The folder cannot be deleted.</exception>
    public long Remove(CancellationToken cancellationToken)
    {
        var freed = 0L;
        if (Directory.Exists(_parent))
        {
            Explained(() =>
            {
                using var held = Lock(null, cancellationToken);
                freed = SizeOf(path) + Leftovers().Sum(SizeOf);
                // Renamed first, so that no process sees it half deleted.
                if (Directory.Exists(path))
                    Directory.Move(path, Temporary());
                foreach (var folder in Leftovers())
                    Directory.Delete(folder, recursive: true);
            });
        }

        return freed;
    }

    /// <summary>The size of all files in a folder, in bytes; 0 if the folder does not exist.</summary>
    public static long SizeOf(string folder) =>
        Directory.Exists(folder)
            ? new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(static file => file.Length)
            : 0;

    private void Explained(Action action)
    {
        try
        {
            action();
        }
        catch (Exception exception)
            when (exception is UnauthorizedAccessException or DirectoryNotFoundException
                || exception.GetType() == typeof(IOException)
            )
        {
            throw new PullException(
                $"{AtomicFile.Explain(path, exception)} The environment variable {GraftHome.Variable} sets the folder "
                    + $"for everything that Graft keeps.",
                exception
            );
        }
    }

    private FileStream Lock(IProgress<PullProgress>? progress, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return new FileStream(
                    System.IO.Path.Combine(_parent, $".{_name}.lock"),
                    FileMode.OpenOrCreate,
                    FileAccess.ReadWrite,
                    FileShare.None
                );
            }
            catch (IOException exception) when (HeldByOthers.Contains(exception.HResult))
            {
                progress?.Report(new PullProgress(PullPhase.Wait, 0, 0));
                if (cancellationToken.WaitHandle.WaitOne(Interval))
                    cancellationToken.ThrowIfCancellationRequested();
            }
        }
    }

    private string Temporary() => System.IO.Path.Combine(_parent, $".{_name}.{Guid.NewGuid():N}.partial");

    private string[] Leftovers() => Directory.GetDirectories(_parent, $".{_name}.*.partial");

    private void DeleteLeftovers()
    {
        foreach (var folder in Leftovers())
        {
            try
            {
                Directory.Delete(folder, recursive: true);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // The leftover only takes up space. The next pull or removal tries to delete it again.
            }
        }
    }
}
