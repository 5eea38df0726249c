using Graft.Data;
using Graft.Weights.Csv;

namespace Graft.Training.DataChecks;

/// <summary>
/// Moves useless files to another folder: files that cannot be read as images, and copies of a file beyond the first.
/// Of copies in several splits, the one in test is kept, or else the one in validation. Of copies in several classes
/// none is kept, because it is not known which label is right. <c>quarantine.csv</c> lists the moved files with their
/// original paths and the reasons.
/// </summary>
internal static class Quarantine
{
    private const string ListName = "quarantine.csv";

    /// <summary>Rejects a folder that cannot be used, before any work is done.</summary>
    /// <exception cref="DatasetException">
    /// The data is a manifest, or the folder is not empty or is inside the dataset.
    /// </exception>
    public static void RequirePossible(string data, string folder)
    {
        var (from, to) = (Path.GetFullPath(data), Path.GetFullPath(folder));
        if (ImageManifest.Is(data))
            throw new DatasetException(
                $"Files of a manifest cannot be moved to quarantine, because '{data}' would then name missing files. "
                    + $"Remove their lines from the manifest instead."
            );
        if (to == from || to.StartsWith(from + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            throw new DatasetException(
                $"The quarantine '{folder}' is inside the dataset '{data}', where its files would be read again. "
                    + $"Name a folder elsewhere."
            );
        if (File.Exists(to) || (Directory.Exists(to) && Directory.EnumerateFileSystemEntries(to).Any()))
            throw new DatasetException(
                $"The quarantine '{folder}' is not empty; a new or empty folder was expected, so that no file is "
                    + $"overwritten."
            );
    }

    /// <summary>Moves the files and writes the list.</summary>
    public static IReadOnlyList<QuarantinedFile> Move(string folder, CheckedImages dataset, ExaminedImages examined)
    {
        var moved = new List<QuarantinedFile>();
        foreach (var (photo, reason) in Choose(dataset, examined))
        {
            var target = MissingFolder.Combine(Path.GetFullPath(folder), dataset.Images[photo].Name);
            try
            {
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                File.Move(dataset.Images[photo].Path, target);
                moved.Add(new(dataset.Images[photo].Name, target, reason));
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                WriteList(folder, moved);
                throw new IOException(
                    $"Moving '{dataset.Images[photo].Path}' to '{target}' failed after {moved.Count} files, which "
                        + $"'{Path.Combine(folder, ListName)}' lists: {error.Message}",
                    error
                );
            }
        }

        WriteList(folder, moved);
        return moved;
    }

    private static IEnumerable<(int Photo, string Reason)> Choose(CheckedImages dataset, ExaminedImages examined)
    {
        for (var i = 0; i < dataset.Images.Count; i++)
        {
            if (examined.Reasons[i] is { } reason)
                yield return (i, $"cannot be read: {reason}");
        }

        string[] order = [SplitNames.Test, SplitNames.Validation, SplitNames.Training, CheckedImages.Undivided];
        foreach (var group in examined.Pairs.Where(pair => pair.Kind == PairKind.Exact).GroupBy(pair => pair.First))
        {
            int[] members = [group.Key, .. group.Select(pair => pair.Second)];
            var contradicts = members.Select(i => dataset.Images[i].Label).Distinct().Count() > 1;
            var kept = contradicts
                ? -1
                : members.OrderBy(i => Array.IndexOf(order, dataset.SplitOf[i])).ThenBy(i => i).First();
            foreach (var member in members.Where(member => member != kept))
                yield return (
                    member,
                    contradicts ? "the same file is in several classes" : $"a copy of {dataset.Images[kept].Name}"
                );
        }
    }

    private static void WriteList(string folder, List<QuarantinedFile> moved)
    {
        if (moved.Count > 0)
            CsvFile.Write(
                Path.Combine(folder, ListName),
                ["path", "moved_to", "reason"],
                moved.Select(IReadOnlyList<string> (file) => [file.Path, file.MovedTo, file.Reason])
            );
    }
}
