namespace Graft.Models.Downloads;

/// <summary>
/// The folder in which Graft keeps what it can fetch or compute again: converted weights and the feature store.
/// Deleting it loses only time. Immutable and thread-safe; making one touches no disk.
/// </summary>
public sealed class GraftHome
{
    /// <summary>The environment variable that overrides the platform's cache folder.</summary>
    public const string Variable = "GRAFT_HOME";

    /// <summary>Uses a given folder.</summary>
    /// <param name="folder">
    /// The folder, which need not exist yet; a relative one is taken from the current folder.
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
    /// The user's home of Graft: <c>$GRAFT_HOME</c>, or <c>graft</c> in the platform's cache folder:
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

        // The XDG Base Directory Specification: a path that is not absolute is to be ignored.
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
                $"Cannot tell where to keep weights and features: this user has no home folder. Set {Variable} to a "
                    + $"folder that can be written."
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
