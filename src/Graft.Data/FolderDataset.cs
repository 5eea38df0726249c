namespace Graft.Data;

/// <summary>
/// Lists datasets. A dataset is a folder <c>root/&lt;class&gt;/*</c>, which is divided later; a folder
/// <c>root/{train,validation|val|valid,test}/&lt;class&gt;/*</c>; or a CSV file with the columns path, label and split.
/// </summary>
/// <remarks>
/// Folders inside a class folder count as part of it. Hidden files, <c>__MACOSX</c>, <c>Thumbs.db</c> and
/// <c>desktop.ini</c> are ignored. Every other file is treated as an image, whatever its name.
/// </remarks>
public static class FolderDataset
{
    /// <summary>Lists a dataset. Nothing is read, hashed or divided.</summary>
    /// <param name="root">The dataset's folder, or its manifest.</param>
    /// <exception cref="DatasetException">
    /// The folder is not a dataset of two classes or more; the message says why and what to do.
    /// </exception>
    public static ImageDataset List(string root)
    {
        ArgumentException.ThrowIfNullOrEmpty(root);
        if (ImageManifest.Is(root))
            return ImageManifest.List(root);
        var full = ExistingFolder(root);
        var layout = DatasetLayout.Recognise(full);
        var stray = new List<string>();
        var training = ClassFolders.Read(full, layout.Training, stray);
        training.RequireClasses(full, layout);
        var names = training.Names;
        var trainingImages = training.Label(names);
        var validationImages = layout.Validation is { } validation ? Known(full, validation, names, stray) : [];
        var test = layout.Test is { } name ? Known(full, name, names, stray) : [];
        if (layout.IsSplit)
            stray.AddRange(FolderListing.Files(full));
        stray.Sort(StringComparer.Ordinal);
        return new(full, names, trainingImages, validationImages, test, stray)
        {
            IsDivided = layout.Validation is not null,
        };
    }

    /// <summary>
    /// Lists <c>root/&lt;class&gt;/*</c> with the labels of an existing model. Classes may be missing. Nothing is
    /// divided or hashed.
    /// </summary>
    /// <param name="root">The folder of the class folders.</param>
    /// <param name="classNames">The model's classes.</param>
    /// <returns>The images in ordinal order of their relative paths.</returns>
    /// <exception cref="DatasetException">A folder is not a class of the model, or there are no images.</exception>
    public static IReadOnlyList<ImageSample> ListWithClasses(string root, IReadOnlyList<string> classNames)
    {
        ArgumentNullException.ThrowIfNull(classNames);
        var full = ExistingFolder(root);
        var images = Known(full, "", classNames, []);
        return images.Count > 0
            ? images
            : throw new DatasetException(
                $"No images were found in '{full}'; one folder per class was expected: {Quoted(classNames)}."
            );
    }

    internal static string Quoted(IEnumerable<string> names) => string.Join(", ", names.Select(name => $"'{name}'"));

    private static string ExistingFolder(string root)
    {
        ArgumentException.ThrowIfNullOrEmpty(root);
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(root));
        if (File.Exists(full))
            throw new DatasetException(
                $"'{full}' is a file; a dataset is a folder with one folder of images per class, or a manifest (a "
                    + $".csv file with the columns path, label and split). Name one of those."
            );
        if (!Directory.Exists(full))
            throw new DatasetException(MissingFolder.Describe(full, "dataset folder"));
        return full;
    }

    private static IReadOnlyList<ImageSample> Known(
        string root,
        string folder,
        IReadOnlyList<string> names,
        List<string> stray
    )
    {
        var classes = ClassFolders.Read(root, folder, stray);
        var extra = classes.Names.Except(names, StringComparer.Ordinal).ToArray();
        if (extra.Length == 0)
            return classes.Label(names);
        var where = folder.Length == 0 ? $"'{root}'" : $"'{folder}' of '{root}'";
        throw new DatasetException(
            $"{where} has {(extra.Length == 1 ? "a class" : "classes")} that training does not have: {Quoted(extra)}. "
                + $"The classes of training are {Quoted(names)}. Rename or remove the folder, or add the class to "
                + "the training images."
        );
    }
}
