namespace Graft.Data;

/// <summary>Lists folders without hidden entries and without the files that operating systems leave behind.</summary>
internal static class FolderListing
{
    /// <summary>
    /// The names of the folders directly inside a folder, including links to folders, in ordinal order.
    /// </summary>
    /// <exception cref="DatasetException">The folder cannot be listed.</exception>
    public static string[] Folders(string folder) => [.. Entries(folder).Where(IsFolder).Select(entry => entry.Name)];

    /// <summary>The names of the files directly inside a folder, in ordinal order.</summary>
    /// <exception cref="DatasetException">The folder cannot be listed.</exception>
    public static string[] Files(string folder) =>
        [.. Entries(folder).Where(entry => !IsFolder(entry)).Select(entry => entry.Name)];

    /// <summary>
    /// All files below a folder, as paths relative to it, separated by <c>/</c>, in ordinal order. Links are followed,
    /// each folder is entered once, and dangling links are listed as files.
    /// </summary>
    /// <exception cref="DatasetException">The folder or one below cannot be listed.</exception>
    public static List<string> FilesBelow(string folder)
    {
        var files = new List<string>();
        var entered = new HashSet<string>(StringComparer.Ordinal);
        var root = Canonical(folder);
        entered.Add(root);
        Walk(folder, root, "", files, entered);
        files.Sort(StringComparer.Ordinal);
        return files;
    }

    private static void Walk(
        string folder,
        string canonical,
        string prefix,
        List<string> files,
        HashSet<string> entered
    )
    {
        foreach (var entry in Entries(folder))
        {
            if (!IsFolder(entry))
            {
                files.Add(prefix + entry.Name);
                continue;
            }

            // A link to a folder above would cause an endless loop.
            var real = entry.LinkTarget is null ? Path.Combine(canonical, entry.Name) : Canonical(entry.FullName);
            if (entered.Add(real))
                Walk(entry.FullName, real, prefix + entry.Name + '/', files, entered);
        }
    }

    private static FileSystemInfo[] Entries(string folder)
    {
        try
        {
            var entries = new DirectoryInfo(folder)
                .GetFileSystemInfos()
                .Where(entry => !IsIgnored(entry.Name))
                .ToArray();
            Array.Sort(entries, (left, right) => string.CompareOrdinal(left.Name, right.Name));
            return entries;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new DatasetException(
                $"Cannot list folder '{folder}': {exception.Message} Make it readable or remove it from the dataset.",
                exception
            );
        }
    }

    private static bool IsFolder(FileSystemInfo entry) =>
        entry is DirectoryInfo || (entry.LinkTarget is not null && Directory.Exists(entry.FullName));

    private static bool IsIgnored(string name) =>
        name.StartsWith('.')
        || name.Equals("__MACOSX", StringComparison.OrdinalIgnoreCase)
        || name.Equals("Thumbs.db", StringComparison.OrdinalIgnoreCase)
        || name.Equals("desktop.ini", StringComparison.OrdinalIgnoreCase);

    /// <summary>The path with every link in it resolved, so that equal folders have equal paths.</summary>
    private static string Canonical(string path)
    {
        var full = Path.GetFullPath(path);
        if (Path.GetDirectoryName(full) is not { } parent)
            return full;
        try
        {
            if (new DirectoryInfo(full).ResolveLinkTarget(returnFinalTarget: true) is { } target)
                return Canonical(target.FullName);
        }
        catch (IOException)
        {
            // A link to itself leads to no folder.
            return full;
        }

        return Path.Combine(Canonical(parent), Path.GetFileName(full));
    }
}
