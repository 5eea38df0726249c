namespace Graft.Models.Downloads;

/// <summary>
/// Estimates the progress of a download with npm. npm reports no progress. It first writes a temporary file in its
/// cache, and writes the package to its destination only at the end. Other npm processes can distort the estimate.
/// </summary>
internal sealed class NpmDownloadWatch
{
    private readonly string _destination;
    private readonly string _cache;
    private readonly HashSet<string> _before;
    private long _most;

    public NpmDownloadWatch(string destination)
    {
        _destination = destination;
        _cache = Path.Combine(CacheFolder(), "_cacache", "tmp");
        _before = [.. Files(_cache).Select(static file => file.FullName)];
    }

    /// <summary>
    /// The largest size of a file so far, in bytes. It never decreases, although npm moves the file during the
    /// download. 0 until the end if the cache is somewhere else.
    /// </summary>
    public long Bytes()
    {
        var files = Files(_cache).Where(file => !_before.Contains(file.FullName)).Concat(Files(_destination));
        return _most = Math.Max(_most, files.Select(Length).DefaultIfEmpty().Max());
    }

    private static string CacheFolder() =>
        (
            Environment.GetEnvironmentVariable("npm_config_cache")
            ?? Environment.GetEnvironmentVariable("NPM_CONFIG_CACHE")
        )
            is { Length: > 0 } chosen
            ? chosen
        : OperatingSystem.IsWindows()
            ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "npm-cache")
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".npm");

    private static FileInfo[] Files(string folder)
    {
        try
        {
            return new DirectoryInfo(folder).GetFiles();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Only the progress display becomes less precise.
            return [];
        }
    }

    private static long Length(FileInfo file)
    {
        try
        {
            return file.Length;
        }
        catch (IOException)
        {
            // npm has moved the file in the meantime.
            return 0;
        }
    }
}
