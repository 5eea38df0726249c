namespace Graft.Models.Downloads;

/// <summary>
/// The folder in which Graft keeps what it can fetch or compute again: converted weights and the feature store.
/// Deleting it costs only time. Immutable and thread-safe; the constructor does not access the disk.
/// </summary>
public sealed class GraftHome
{
    /// <summary>The environment variable that overrides the platform's cache folder.</summary>
    public const string Variable = "GRAFT_HOME";

    /// <summary>Uses a given folder.</summary>
    /// <param name="folder">
    /// The folder, which need not exist yet. A relative path is resolved against the current folder.
    /// </param>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    public GraftHome(string folder)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        Folder = Path.GetFullPath(folder);
    }

    /// <summary>The folder itself, an absolute path.</summary>
    public string Folder { get; }

    /// <summary>The folder of the converted weights.</summary>
    public string Models => Path.Combine(Folder, "models");

    /// <summary>The file of the feature store.</summary>
    public string Features => Path.Combine(Folder, "features.db");

    /// <summary>
    /// Finds Graft's home of this user: <c>$GRAFT_HOME</c>, or <c>graft</c> in the platform's cache folder, which is
    /// <c>$XDG_CACHE_HOME</c> or <c>~/.cache</c> on Linux, <c>~/Library/Caches</c> on macOS, <c>%LOCALAPPDATA%</c> on
    /// Windows.
    /// </summary>
    /// <exception cref="InvalidOperationException">The user has no home folder and the variable is not set.</exception>
    public static GraftHome Locate()
    {
        var platform =
            OperatingSystem.IsWindows() ? PlatformID.Win32NT
            : OperatingSystem.IsMacOS() ? PlatformID.MacOSX
            : PlatformID.Unix;
        return Locate(
            platform,
            Environment.GetEnvironmentVariable,
            Environment.GetFolderPath(Environment.SpecialFolder.UserProfile)
        );
    }

    internal static GraftHome Locate(PlatformID platform, Func<string, string?> environment, string? userFolder)
    {
        if (environment(Variable) is { } chosen && !string.IsNullOrWhiteSpace(chosen))
            return new(chosen);

        // The XDG Base Directory Specification: a path that is not absolute must be ignored.
        var cache = platform switch
        {
            PlatformID.Win32NT => environment("LOCALAPPDATA"),
            PlatformID.MacOSX => null,
            _ => environment("XDG_CACHE_HOME") is { } xdg && Path.IsPathRooted(xdg) ? xdg : null,
        };
        if (!string.IsNullOrWhiteSpace(cache))
            return new(Path.Combine(cache, "graft"));
        if (string.IsNullOrWhiteSpace(userFolder))
        {
            throw new InvalidOperationException(
                $"Cannot determine where to keep weights and features: this user has no home folder. Set {Variable} "
                    + $"to a writable folder."
            );
        }

        return platform switch
        {
            PlatformID.Win32NT => new(Path.Combine(userFolder, "AppData", "Local", "graft")),
            PlatformID.MacOSX => new(Path.Combine(userFolder, "Library", "Caches", "graft")),
            _ => new(Path.Combine(userFolder, ".cache", "graft")),
        };
    }
}
