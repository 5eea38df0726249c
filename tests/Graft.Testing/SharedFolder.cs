namespace Graft.Testing;

/// <summary>
/// The folder <c>shared</c> beside the repository, which holds reference data too large for it. A fresh clone has none:
/// tests that need it are skipped there.
/// </summary>
public static class SharedFolder
{
    /// <summary>The folder, or null where there is none.</summary>
    public static string? Path { get; } = Find();

    /// <summary>A file or folder in it, or null where there is none.</summary>
    /// <param name="parts">Its path below the shared folder.</param>
    public static string? Find(params ReadOnlySpan<string> parts)
    {
        if (Path is null)
            return null;
        var path = System.IO.Path.Combine([Path, .. parts]);
        return System.IO.Path.Exists(path) ? path : null;
    }

    private static string? Find()
    {
        var path = System.IO.Path.Combine(RepositoryRoot.Path, "..", "shared");
        return Directory.Exists(path) ? System.IO.Path.GetFullPath(path) : null;
    }
}
