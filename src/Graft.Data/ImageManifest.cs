using Graft.Weights.Csv;

namespace Graft.Data;

/// <summary>
/// A dataset in a CSV file with the columns <c>path</c>, <c>label</c> and, if it is divided, <c>split</c> (train,
/// validation or test). Other columns are ignored. Paths are absolute or relative to the manifest's folder.
/// </summary>
public static class ImageManifest
{
    private const int Listed = 3;

    /// <summary>Whether a path is a manifest rather than a folder.</summary>
    public static bool Is(string path) =>
        path.EndsWith(".csv", StringComparison.OrdinalIgnoreCase) && File.Exists(path);

    /// <summary>Reads a manifest.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The images, in the order of the lines.</returns>
    /// <exception cref="DatasetException">
    /// The file is not a manifest, or it names files that do not exist, a file twice, or an unknown split.
    /// </exception>
    public static IReadOnlyList<ManifestImage> Read(string path)
    {
        var full = Path.GetFullPath(path);
        IReadOnlyList<IReadOnlyList<string>> rows;
        try
        {
            rows = CsvFile.Read(full);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DatasetException($"Manifest '{path}' cannot be read: {error.Message}", error);
        }

        var header = rows.Count == 0 ? [] : rows[0].Select(name => name.Trim().ToLowerInvariant()).ToArray();
        var (pathColumn, labelColumn, splitColumn) = (
            Array.IndexOf(header, "path"),
            Array.IndexOf(header, "label"),
            Array.IndexOf(header, "split")
        );
        if (pathColumn < 0 || labelColumn < 0)
            throw new DatasetException(
                $"Manifest '{path}' should begin with a line 'path,label,split' (or 'path,label'); it begins with "
                    + $"'{(rows.Count == 0 ? "" : string.Join(',', rows[0]))}'."
            );
        var images = new List<ManifestImage>(rows.Count);
        for (var row = 1; row < rows.Count; row++)
        {
            if (rows[row] is [var only] && only.Length == 0)
                continue;
            if (rows[row].Count != header.Length)
                throw Wrong(row, $"{rows[row].Count} fields; {header.Length} were expected, as in its first line");
            var (name, label, split) = (
                rows[row][pathColumn],
                rows[row][labelColumn],
                splitColumn < 0 ? "" : rows[row][splitColumn].Trim()
            );
            if (name.Length == 0 || label.Length == 0)
                throw Wrong(row, $"an empty {(name.Length == 0 ? "path" : "label")}");
            if (split.Length > 0 && SplitNames.Parse(split) is null)
                throw Wrong(row, $"the split '{split}'; train, validation or test was expected");
            images.Add(
                new(
                    Path.GetFullPath(MissingFolder.Combine(Path.GetDirectoryName(full)!, name)),
                    name.Replace('\\', '/'),
                    label,
                    split.Length == 0 ? null : SplitNames.Parse(split),
                    row + 1
                )
            );
        }

        Require(path, images);
        return images;

        DatasetException Wrong(int row, string found) =>
            new($"Manifest '{path}', line {row + 1}, has {found}. Correct the line.");
    }

    /// <summary>Lists a manifest as a dataset.</summary>
    /// <param name="path">The file.</param>
    /// <returns>
    /// The images of each split, in ordinal order of their paths. If the manifest has no splits, all images are for
    /// training.
    /// </returns>
    /// <exception cref="DatasetException">
    /// The file is not a manifest, or training has fewer than two classes.
    /// </exception>
    public static ImageDataset List(string path)
    {
        var images = Read(path);
        var training = images.Where(image => image.Split is null or SplitNames.Training).ToArray();
        var names = training
            .Select(image => image.Label)
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal)
            .ToArray();
        if (training.Length == 0)
            throw new DatasetException(
                $"Manifest '{path}' has no training images to learn from: no line has the split 'train'."
            );
        if (names.Length == 1)
            throw new DatasetException(
                $"Manifest '{path}' has only one class, {FolderDataset.Quoted(names)}, in training; a classifier "
                    + $"needs at least two. Add images of another class."
            );
        var validation = Of(SplitNames.Validation);
        return new(Path.GetFullPath(path), names, Label(path, training, names), validation, Of(SplitNames.Test), [])
        {
            IsDivided = validation.Count > 0,
        };

        IReadOnlyList<ImageSample> Of(string split) =>
            Label(path, [.. images.Where(image => image.Split == split)], names);
    }

    /// <summary>Labels images by a list of class names, and sorts them in ordinal order of their paths.</summary>
    /// <exception cref="DatasetException">A label is not in the list.</exception>
    public static IReadOnlyList<ImageSample> Label(
        string path,
        IReadOnlyList<ManifestImage> images,
        IReadOnlyList<string> names
    )
    {
        var labels = names.Index().ToDictionary(item => item.Item, item => item.Index, StringComparer.Ordinal);
        var extra = images
            .Where(image => !labels.ContainsKey(image.Label))
            .Select(image => image.Label)
            .Distinct(StringComparer.Ordinal)
            .ToArray();
        if (extra.Length > 0)
            throw new DatasetException(
                $"Manifest '{path}' has {(extra.Length == 1 ? "a class" : "classes")} that training does not have: "
                    + $"{FolderDataset.Quoted(extra)}. The classes of training are {FolderDataset.Quoted(names)}. "
                    + "Correct the labels, or add the class to the training images."
            );
        return
        [
            .. images
                .Select(image =>
                    ImageSample.FromFile(image.Path) with
                    {
                        Name = image.Name,
                        Label = labels[image.Label],
                    }
                )
                .OrderBy(image => image.Name, StringComparer.Ordinal),
        ];
    }

    private static void Require(string path, List<ManifestImage> images)
    {
        if (images.Count == 0)
            throw new DatasetException(
                $"Manifest '{path}' names no images: one line per image was expected below the first."
            );
        var lines = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var image in images)
        {
            if (!lines.TryAdd(image.Path, image.Line))
                throw new DatasetException(
                    $"Manifest '{path}' names '{image.Name}' twice, in lines {lines[image.Path]} and {image.Line}. "
                        + $"Remove one of them."
                );
        }

        var missing = images.Where(image => !File.Exists(image.Path)).ToArray();
        if (missing.Length > 0)
        {
            var first = string.Join(", ", missing.Take(Listed).Select(image => $"'{image.Name}' (line {image.Line})"));
            throw new DatasetException(
                $"Manifest '{path}' names "
                    + $"{(missing.Length == 1 ? "a file that does" : $"{missing.Length} files that do")} not exist: "
                    + $"{first}{(missing.Length > Listed ? ", ..." : "")}. Paths are relative to the manifest's "
                    + "folder; put the files back, or remove the lines."
            );
        }

        var undivided = images.FirstOrDefault(image => image.Split is null);
        if (undivided is not null && images.Any(image => image.Split is not null))
            throw new DatasetException(
                $"Manifest '{path}' gives some images a split and others none, first in line {undivided.Line}. Give "
                    + $"every line a split, or none."
            );
    }
}

/// <summary>An image of a manifest.</summary>
/// <param name="Path">The absolute path.</param>
/// <param name="Name">The path as written, with <c>/</c> between its parts.</param>
/// <param name="Label">Its class.</param>
/// <param name="Split">Its split; null if the manifest has no splits.</param>
/// <param name="Line">The number of its line, from 1.</param>
public sealed record ManifestImage(string Path, string Name, string Label, string? Split, int Line);
