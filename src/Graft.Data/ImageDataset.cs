namespace Graft.Data;

/// <summary>
/// A folder of images in classes, divided into a training, a validation and perhaps a test split. Immutable and
/// thread-safe. All lists are in ordinal order of the relative paths.
/// </summary>
public sealed class ImageDataset
{
    internal ImageDataset(
        string root,
        IReadOnlyList<string> classNames,
        IReadOnlyList<LabelledImage> training,
        IReadOnlyList<LabelledImage> validation,
        IReadOnlyList<LabelledImage> test,
        IReadOnlyList<string> strayFiles
    )
    {
        Root = root;
        ClassNames = classNames;
        Training = training;
        Validation = validation;
        Test = test;
        StrayFiles = strayFiles;
    }

    /// <summary>The absolute path of the dataset's folder.</summary>
    public string Root { get; }

    /// <summary>
    /// The names of the classes in ordinal order, as the training split has them; a label is an index into it.
    /// </summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>What is learned from; it has every class.</summary>
    public IReadOnlyList<LabelledImage> Training { get; }

    /// <summary>What decides when to stop; it may lack classes and may be empty.</summary>
    public IReadOnlyList<LabelledImage> Validation { get; }

    /// <summary>What was put aside for the final figures; empty unless the dataset came with it.</summary>
    public IReadOnlyList<LabelledImage> Test { get; }

    /// <summary>
    /// Relative paths of files that were left out because they lie beside the class folders, in no class.
    /// </summary>
    public IReadOnlyList<string> StrayFiles { get; }

    /// <summary>The same dataset without some images, for those that turned out not to be readable.</summary>
    /// <param name="badPaths">Absolute paths (<see cref="LabelledImage.Path"/>); others are ignored.</param>
    /// <exception cref="DatasetException">A class has no training image left; the message names it.</exception>
    public ImageDataset Without(IEnumerable<string> badPaths)
    {
        ArgumentNullException.ThrowIfNull(badPaths);
        var bad = badPaths.ToHashSet(StringComparer.Ordinal);
        if (bad.Count == 0)
            return this;
        var training = Keep(Training);
        var left = training.Select(image => image.Label).ToHashSet();
        var gone = Enumerable.Range(0, ClassNames.Count).Where(label => !left.Contains(label)).ToArray();
        if (gone.Length > 0)
        {
            var names = string.Join(
                ", ",
                gone.Select(label => $"'{ClassNames[label]}' (all {Training.Count(image => image.Label == label)} bad)")
            );
            throw new DatasetException(
                $"No readable training image is left in '{Root}' for {(gone.Length == 1 ? "class" : "classes")} "
                    + $"{names}. "
                    + "Replace the files that could not be read, or remove the class folder."
            );
        }

        return new(Root, ClassNames, training, Keep(Validation), Keep(Test), StrayFiles);

        LabelledImage[] Keep(IReadOnlyList<LabelledImage> images) =>
            [.. images.Where(image => !bad.Contains(image.Path))];
    }
}
