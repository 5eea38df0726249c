namespace Graft.Weights;

/// <summary>Resolves the paths that a model file contains to the files beside it.</summary>
internal static class SiblingFile
{
    /// <summary>
    /// The full path of a file in the model file's folder or below. Null when the path is invalid or leaves that
    /// folder.
    /// </summary>
    /// <param name="file">The path of the model file.</param>
    /// <param name="path">The path in the model file: relative to its folder, with forward slashes.</param>
    public static string? Resolve(string file, string path)
    {
        var parts = path.Split('/');
        if (path.AsSpan().ContainsAny('\\', ':', '\0') || parts.Any(static part => part is "" or "." or ".."))
            return null;
        return Path.Combine([Path.GetDirectoryName(Path.GetFullPath(file))!, .. parts]);
    }
}
