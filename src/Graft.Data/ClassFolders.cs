namespace Graft.Data;

/// <summary>The class folders of one split and the files in them.</summary>
internal sealed class ClassFolders
{
    private readonly string _root;
    private readonly List<(string Name, List<string> Files)> _classes;
    private readonly string[] _loose;

    private ClassFolders(string root, List<(string Name, List<string> Files)> classes, string[] loose)
    {
        _root = root;
        _classes = classes;
        _loose = loose;
    }

    /// <summary>The names of the classes in ordinal order, including classes without files.</summary>
    public string[] Names => [.. _classes.Select(item => item.Name)];

    /// <summary>Lists a split.</summary>
    /// <param name="root">The dataset's folder.</param>
    /// <param name="split">The split's folder below it, empty for the root itself.</param>
    /// <param name="stray">Receives the files beside the class folders, relative to the root.</param>
    public static ClassFolders Read(string root, string split, List<string> stray)
    {
        var folder = Path.Combine(root, split);
        var prefix = split.Length == 0 ? "" : split + '/';
        var classes = FolderListing
            .Folders(folder)
            .Select(name =>
                (
                    name,
                    FolderListing.FilesBelow(Path.Combine(folder, name)).ConvertAll(file => $"{prefix}{name}/{file}")
                )
            )
            .ToList();
        var loose = FolderListing.Files(folder);
        stray.AddRange(loose.Select(name => prefix + name));
        return new(root, classes, loose);
    }

    /// <summary>Throws if these classes cannot be trained on.</summary>
    public void RequireClasses(string root, DatasetLayout layout)
    {
        var folder = layout.IsSplit ? Path.Combine(root, layout.Training) : root;
        const string Expected = "One folder per class was expected, with that class's images inside";
        if (_classes.Count == 0 && _loose.Length > 0)
        {
            throw new DatasetException(
                $"'{folder}' has {_loose.Length} {(_loose.Length == 1 ? "file" : "files")} directly in it (for "
                    + $"example '{_loose[0]}') and no class folders. "
                    + $"{Expected}: move each image into a folder named after its class."
            );
        }

        if (_classes.Count == 0)
            throw new DatasetException($"'{folder}' is empty: no class folders, no images. {Expected}.");
        var empty = _classes.Where(item => item.Files.Count == 0).Select(item => item.Name).ToArray();
        if (empty.Length == _classes.Count)
            throw new DatasetException(
                $"No images were found in '{folder}': its folders ({FolderDataset.Quoted(empty)}) contain no files. "
                    + $"{Expected}."
            );
        if (empty.Length > 0)
        {
            throw new DatasetException(
                $"{(empty.Length == 1 ? "Class" : "Classes")} {FolderDataset.Quoted(empty)} of '{folder}' "
                    + $"{(empty.Length == 1 ? "has" : "have")} no images. "
                    + $"Put images into the {(empty.Length == 1 ? "folder" : "folders")} or remove "
                    + $"{(empty.Length == 1 ? "it" : "them")}."
            );
        }

        if (_classes.Count == 1)
        {
            throw new DatasetException(
                $"'{folder}' has only one class, {FolderDataset.Quoted(Names)}; a classifier needs at least two. "
                    + "Add a folder with images of another class."
            );
        }
    }

    /// <summary>
    /// The images in ordinal order of their relative paths. Their labels are indices into a list of class names, which
    /// must have all of these.
    /// </summary>
    public IReadOnlyList<ImageSample> Label(IReadOnlyList<string> names)
    {
        var labels = names
            .Select((name, label) => (name, label))
            .ToDictionary(item => item.name, item => item.label, StringComparer.Ordinal);
        return
        [
            .. _classes
                .SelectMany(item =>
                    item.Files.Select(file =>
                        ImageSample.FromFile(MissingFolder.Combine(_root, file)) with
                        {
                            Name = file,
                            Label = labels[item.Name],
                        }
                    )
                )
                .OrderBy(image => image.Name, StringComparer.Ordinal),
        ];
    }
}
