namespace Graft.Data;

/// <summary>
/// Images in classes, divided into a training, a validation and a test split. Immutable and thread-safe. A dataset that
/// was listed from a folder or a manifest has its images in ordinal order of their names.
/// </summary>
public sealed class ImageDataset
{
    /// <summary>Makes a dataset of images that need not be files.</summary>
    /// <param name="classNames">The names of the classes; a label is an index into it.</param>
    /// <param name="training">The training images.</param>
    /// <param name="validation">
    /// The validation images, which also decide when a mini-batch head stops training; may be empty.
    /// </param>
    /// <param name="test">The test images, which are used only for evaluation; may be empty.</param>
    public ImageDataset(
        IReadOnlyList<string> classNames,
        IReadOnlyList<ImageSample> training,
        IReadOnlyList<ImageSample> validation,
        IReadOnlyList<ImageSample> test
    )
        : this("", classNames, training, validation, test, []) { }

    internal ImageDataset(
        string root,
        IReadOnlyList<string> classNames,
        IReadOnlyList<ImageSample> training,
        IReadOnlyList<ImageSample> validation,
        IReadOnlyList<ImageSample> test,
        IReadOnlyList<string> strayFiles
    )
    {
        Root = root;
        ClassNames = classNames;
        Training = training;
        Validation = validation;
        Test = test;
        StrayFiles = strayFiles;
        All = [.. training, .. validation, .. test];
    }

    /// <summary>The absolute path of the dataset's folder or manifest; empty if it has neither.</summary>
    public string Root { get; }

    /// <summary>
    /// The names of the classes; in ordinal order if the dataset was listed from a folder or a manifest.
    /// </summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>The training images.</summary>
    public IReadOnlyList<ImageSample> Training { get; }

    /// <summary>The validation images, which decide when training stops; may lack classes and may be empty.</summary>
    public IReadOnlyList<ImageSample> Validation { get; }

    /// <summary>The test images, which are used only for evaluation; may be empty.</summary>
    public IReadOnlyList<ImageSample> Test { get; }

    /// <summary>All images: training, validation, test.</summary>
    public IReadOnlyList<ImageSample> All { get; }

    /// <summary>Names of files that were left out because they are in no class folder.</summary>
    public IReadOnlyList<string> StrayFiles { get; }

    /// <summary>Whether the dataset came with a validation split, which may be empty.</summary>
    internal bool IsDivided { get; init; }

    /// <summary>Lists a dataset, hashes its images, and divides it where it has no validation split.</summary>
    /// <inheritdoc cref="FolderDataset.List" path="/param"/>
    /// <inheritdoc cref="HashedAndDivided" path="/param"/>
    /// <inheritdoc cref="FolderDataset.List" path="/exception"/>
    /// <inheritdoc cref="HashedAndDivided" path="/exception"/>
    public static ImageDataset Scan(
        string root,
        SplitOptions? options = null,
        ImageHasher? hasher = null,
        IProgress<HashProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        options?.Validate();
        return FolderDataset.List(root).HashedAndDivided(options, hasher, progress, cancellationToken);
    }

    /// <summary>
    /// Hashes the images that are not hashed yet. Where the dataset has no validation split, its training images are
    /// divided.
    /// </summary>
    /// <param name="options">
    /// How to divide the dataset; 80 % for training and 20 % for validation, with seed 0, when null.
    /// </param>
    /// <param name="hasher">The hasher of the files; one with a thread per processor when null.</param>
    /// <param name="progress">Receives progress reports.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    /// <exception cref="ArgumentOutOfRangeException">The validation fraction is not from 0 to below 1.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public ImageDataset HashedAndDivided(
        SplitOptions? options = null,
        ImageHasher? hasher = null,
        IProgress<HashProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        options ??= new();
        options.Validate();
        var hashed = Hashed(hasher, progress, cancellationToken);
        if (IsDivided || options.ValidationFraction == 0)
            return hashed;
        var isValidation = StratifiedSplit.Choose(
            [.. hashed.Training.Select(image => image.Label)],
            [.. hashed.Training.Select(options.GroupOf ?? ContentGroup)],
            options.ValidationFraction,
            options.Seed
        );
        return new(
            Root,
            ClassNames,
            [.. hashed.Training.Where((_, i) => !isValidation[i])],
            [.. hashed.Training.Where((_, i) => isValidation[i])],
            hashed.Test,
            StrayFiles
        )
        {
            IsDivided = true,
        };
    }

    /// <summary>Hashes the images whose hash is not known yet.</summary>
    /// <param name="hasher">The hasher of the files; one with a thread per processor when null.</param>
    /// <param name="progress">Receives progress reports.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public ImageDataset Hashed(
        ImageHasher? hasher = null,
        IProgress<HashProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        ImageSample[] all = [.. (hasher ?? new()).HashAll(All, progress, cancellationToken)];
        var (training, test) = (Training.Count, Training.Count + Validation.Count);
        return new(Root, ClassNames, all[..training], all[training..test], all[test..], StrayFiles)
        {
            IsDivided = IsDivided,
        };
    }

    /// <summary>Checks that every class has a training image left.</summary>
    /// <param name="bad">The images that were left out.</param>
    /// <exception cref="DatasetException">A class has none left; the message names it.</exception>
    public void RequireEveryClass(IReadOnlyList<BadImage> bad)
    {
        ArgumentNullException.ThrowIfNull(bad);
        if (bad.Count == 0 || Root.Length == 0)
            return;
        var badPaths = bad.Select(image => image.Path).ToHashSet(StringComparer.Ordinal);
        var left = Training.Where(image => !badPaths.Contains(image.Path)).Select(image => image.Label).ToHashSet();
        var gone = Enumerable.Range(0, ClassNames.Count).Where(label => !left.Contains(label)).ToArray();
        if (gone.Length == 0)
            return;
        var names = string.Join(
            ", ",
            gone.Select(label => $"'{ClassNames[label]}' (all {Training.Count(image => image.Label == label)} bad)")
        );
        throw new DatasetException(
            $"No readable training image is left in '{Root}' for {(gone.Length == 1 ? "class" : "classes")} {names}. "
                + "Replace the files that could not be read, or remove the class folder."
        );
    }

    // A file that cannot be read is a group of its own: it will be dropped as a bad image.
    private static string ContentGroup(ImageSample image) =>
        image.Hash is { } hash ? hash.ToString() : $"unreadable {image.Name}";
}
