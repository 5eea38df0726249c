using Graft.Data;
using Graft.Weights.Csv;

namespace Graft.Training.DataChecks;

/// <summary>
/// Writes a divided dataset as a manifest or as a folder of links or copies; completely or not at all.
/// </summary>
internal static class DividedOutput
{
    /// <summary>Rejects an output that cannot be written, before any work is done.</summary>
    /// <exception cref="DatasetException">
    /// The output is not empty, is inside the dataset or is its manifest; or copies are requested with a manifest.
    /// </exception>
    public static void RequirePossible(DataSplitRequest request)
    {
        var (from, to) = (
            Path.GetFullPath(request.Data),
            Path.TrimEndingDirectorySeparator(Path.GetFullPath(request.Output))
        );
        if (IsManifest(request.Output))
        {
            if (from == to)
                throw new DatasetException(
                    $"'{request.Output}' is the manifest of the dataset itself. Name another file, so that it is not "
                        + $"overwritten."
                );
            if (request.Copy)
                throw new DatasetException(
                    "A manifest refers to files where they are, but --copy makes a folder of copies. Name a folder as "
                        + "output, or leave out --copy."
                );
            return;
        }

        if (to == from || to.StartsWith(from + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            throw new DatasetException(
                $"The output '{request.Output}' is inside the dataset '{request.Data}', so its files "
                    + $"would become images of the dataset. Name a folder elsewhere."
            );
        if (File.Exists(to) || (Directory.Exists(to) && Directory.EnumerateFileSystemEntries(to).Any()))
            throw new DatasetException(
                $"The output '{request.Output}' is not empty; a new or empty folder was expected."
            );
    }

    /// <summary>Writes the dataset.</summary>
    public static void Write(
        DataSplitRequest request,
        IReadOnlyList<DividedImage> photos,
        CancellationToken cancellationToken
    )
    {
        var output = Path.TrimEndingDirectorySeparator(Path.GetFullPath(request.Output));
        if (IsManifest(request.Output))
        {
            var folder = Path.GetDirectoryName(output)!;
            CsvFile.Write(
                output,
                ["path", "label", "split"],
                photos.Select(
                    IReadOnlyList<string> (photo) => [NameFrom(folder, photo.Photo.Path), photo.ClassName, photo.Split]
                )
            );
            return;
        }

        // Filled under a temporary name and then renamed, so that the output is never incomplete.
        var partial = $"{output}.{Guid.NewGuid():N}.partial";
        try
        {
            Fill(partial, photos, request.Copy, cancellationToken);
            if (Directory.Exists(output))
                Directory.Delete(output);
            Directory.Move(partial, output);
        }
        catch (Exception error)
        {
            if (Directory.Exists(partial))
                Directory.Delete(partial, recursive: true);
            if (error is IOException or UnauthorizedAccessException)
            {
                var remedy = request.Copy
                    ? "Check that there is room for copies of all images."
                    : "If links cannot be created here, use --copy or a manifest (--output split.csv).";
                throw new IOException(
                    $"Writing the divided dataset '{request.Output}' failed: {error.Message} {remedy}",
                    error
                );
            }

            throw;
        }
    }

    private static bool IsManifest(string output) => output.EndsWith(".csv", StringComparison.OrdinalIgnoreCase);

    private static string NameFrom(string folder, string path)
    {
        var relative = Path.GetRelativePath(folder, path);
        return (relative.StartsWith("..", StringComparison.Ordinal) ? path : relative).Replace('\\', '/');
    }

    private static void Fill(
        string folder,
        IReadOnlyList<DividedImage> photos,
        bool copy,
        CancellationToken cancellationToken
    )
    {
        var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var photo in photos)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var target = Path.Combine(folder, photo.Split, photo.ClassName, FreeName(photo, taken));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            if (copy)
                File.Copy(photo.Photo.Path, target);
            else
                File.CreateSymbolicLink(target, photo.Photo.Path);
        }
    }

    /// <summary>
    /// The file's name, with a number if another image of the same class and split already has the name.
    /// </summary>
    private static string FreeName(DividedImage photo, HashSet<string> taken)
    {
        var name = Path.GetFileName(photo.Photo.Path);
        for (var number = 1; ; number++)
        {
            var candidate =
                number == 1 ? name : $"{Path.GetFileNameWithoutExtension(name)}-{number}{Path.GetExtension(name)}";
            if (taken.Add($"{photo.Split}/{photo.ClassName}/{candidate}"))
                return candidate;
        }
    }
}
