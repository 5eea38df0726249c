namespace Graft.Weights;

/// <summary>Resolves paths in a model's file to other files beside it.</summary>
internal static class SiblingFile
{
    /// <summary>
    /// The full path of a file in the same folder as another; null when the path leaves that folder.
    /// </summary>
    /// <param name="file">The file that names it.</param>
    /// <param name="path">A relative path with slashes.</param>
    public static string? Resolve(string file, string path)
    {
        var parts = path.Split('/');
        if (path.AsSpan().ContainsAny('\\', ':', '\0') || parts.Any(static part => part is "" or "." or ".."))
            return null;
        return Path.Combine([Path.GetDirectoryName(Path.GetFullPath(file))!, .. parts]);
    }
}
