namespace Graft.Data;

/// <summary>Explains that a path does not exist, and suggests similar names.</summary>
public static class MissingFolder
{
    private const int Suggestions = 3;

    /// <summary>The path of a file, from a root and a relative path separated by <c>/</c>.</summary>
    public static string Combine(string root, string relative) =>
        Path.Combine(
            root,
            Path.DirectorySeparatorChar == '/' ? relative : relative.Replace('/', Path.DirectorySeparatorChar)
        );

    /// <summary>The message for a path that does not exist, with similar names from its parent folder.</summary>
    public static string Describe(string path, string expected)
    {
        var trimmed = Path.TrimEndingDirectorySeparator(path);
        var parent = Path.GetDirectoryName(trimmed);
        if (parent is not null && !Directory.Exists(parent))
            return $"There is no {expected} at '{path}': its folder '{parent}' does not exist. Check the path.";
        var close = parent is null ? [] : CloseNames(parent, Path.GetFileName(trimmed));
        return close.Length == 0
            ? $"There is no {expected} at '{path}'. Check the path."
            : $"There is no {expected} at '{path}'. Did you mean "
                + $"{string.Join(" or ", close.Select(name => $"'{name}'"))}?";
    }

    private static string[] CloseNames(string parent, string name)
    {
        try
        {
            var allowed = Math.Max(2, name.Length / 3);
            return
            [
                .. new DirectoryInfo(parent)
                    .GetFileSystemInfos()
                    .Select(entry => entry.Name)
                    .Where(other => !other.StartsWith('.'))
                    .Select(other =>
                        (Name: other, Distance: Distance(name.ToLowerInvariant(), other.ToLowerInvariant()))
                    )
                    .Where(candidate => candidate.Distance <= allowed && candidate.Distance < name.Length)
                    .OrderBy(candidate => candidate.Distance)
                    .ThenBy(candidate => candidate.Name, StringComparer.Ordinal)
                    .Take(Suggestions)
                    .Select(candidate => candidate.Name),
            ];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>The number of letters to insert, remove or replace (Levenshtein).</summary>
    private static int Distance(string left, string right)
    {
        var previous = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var current = new int[right.Length + 1];
            current[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var replaced = previous[j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1);
                current[j] = Math.Min(replaced, Math.Min(previous[j], current[j - 1]) + 1);
            }

            previous = current;
        }

        return previous[^1];
    }
}
