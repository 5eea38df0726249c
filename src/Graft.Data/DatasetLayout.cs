namespace Graft.Data;

/// <summary>The folders of a dataset's splits, as names below the root. An empty name is the root itself.</summary>
/// <param name="Training">The folder of the training classes.</param>
/// <param name="Validation">The folder of the validation classes, or null.</param>
/// <param name="Test">The folder of the test classes, or null.</param>
public sealed record DatasetLayout(string Training, string? Validation, string? Test)
{
    private static readonly string[] TrainingNames = ["train"];
    private static readonly string[] ValidationNames = ["validation", "val", "valid"];
    private static readonly string[] TestNames = ["test"];

    /// <summary>Whether the dataset came with splits.</summary>
    public bool IsSplit => Training.Length > 0;

    /// <summary>Recognises the layout by the names of the folders.</summary>
    /// <exception cref="DatasetException">
    /// The folders are partly splits and partly something else, or the training split is missing.
    /// </exception>
    public static DatasetLayout Recognise(string root)
    {
        var folders = FolderListing.Folders(root);
        var training = Find(root, folders, TrainingNames, "training");
        var validation = Find(root, folders, ValidationNames, "validation");
        var test = Find(root, folders, TestNames, "test");
        string[] splits = [.. new[] { training, validation, test }.OfType<string>()];
        if (splits.Length == 0)
            return new("", null, null);
        var others = folders.Except(splits, StringComparer.Ordinal).ToArray();
        if (others.Length > 0)
        {
            throw new DatasetException(
                $"'{root}' mixes split folders ({FolderDataset.Quoted(splits)}) with others "
                    + $"({FolderDataset.Quoted(others)}). "
                    + "Either put all class folders into 'train' and 'validation', or have class folders only; "
                    + $"if {FolderDataset.Quoted(splits)} is a class, move all the class folders into a new folder "
                    + "'train' there."
            );
        }

        return training is null
            ? throw new DatasetException(
                $"'{root}' has {FolderDataset.Quoted(splits)} but no 'train' folder to learn from. "
                    + "Add 'train/<class>/' with the training images, or name a folder that has one folder per class."
            )
            : new(training, validation, test);
    }

    /// <summary>The split folders of a dataset, of which any may be missing; null if all are.</summary>
    public static Available? Splits(string root)
    {
        var folders = FolderListing.Folders(root);
        var training = Find(root, folders, TrainingNames, "training");
        var validation = Find(root, folders, ValidationNames, "validation");
        var test = Find(root, folders, TestNames, "test");
        return training is null && validation is null && test is null ? null : new(training, validation, test);
    }

    /// <summary>The folders of the splits; null where a split is missing.</summary>
    public sealed record Available(string? Training, string? Validation, string? Test);

    private static string? Find(string root, string[] folders, string[] names, string role)
    {
        var found = folders.Where(folder => names.Contains(folder, StringComparer.OrdinalIgnoreCase)).ToArray();
        return found.Length <= 1
            ? found.FirstOrDefault()
            : throw new DatasetException(
                $"'{root}' has several folders for the {role} split: {FolderDataset.Quoted(found)}. Keep one of "
                    + $"them, or merge them."
            );
    }
}
