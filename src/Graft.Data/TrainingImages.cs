using Graft.Data.Hashing;

namespace Graft.Data;

/// <summary>An image to train or measure with.</summary>
/// <param name="Content">Where its pixels come from.</param>
/// <param name="Name">What lists call it: a path relative to the dataset.</param>
/// <param name="Label">Its class, from 0.</param>
public sealed record TrainingImage(ImageContent Content, string Name, int Label);

/// <summary>The images of a run in their splits. Immutable.</summary>
public sealed class TrainingImages
{
    private readonly Action<IEnumerable<string>>? _requireEveryClass;

    /// <summary>Puts images together.</summary>
    /// <param name="classNames">The classes, in ordinal order.</param>
    /// <param name="training">What is learned from.</param>
    /// <param name="validation">
    /// What is measured with, and what decides when a mini-batch head stops; may be empty.
    /// </param>
    /// <param name="test">What is only measured with; may be empty.</param>
    public TrainingImages(
        IReadOnlyList<string> classNames,
        IReadOnlyList<TrainingImage> training,
        IReadOnlyList<TrainingImage> validation,
        IReadOnlyList<TrainingImage> test
    )
        : this(classNames, training, validation, test, null) { }

    internal TrainingImages(
        IReadOnlyList<string> classNames,
        IReadOnlyList<TrainingImage> training,
        IReadOnlyList<TrainingImage> validation,
        IReadOnlyList<TrainingImage> test,
        Action<IEnumerable<string>>? requireEveryClass
    )
    {
        ClassNames = classNames;
        Training = training;
        Validation = validation;
        Test = test;
        All = [.. training, .. validation, .. test];
        _requireEveryClass = requireEveryClass;
    }

    /// <summary>
    /// Lists a folder of one folder a class, or of splits that have such folders; hashes all images, and divides them
    /// where there is no validation split.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <param name="split">How to divide; 80 to 20 with seed 0 when null.</param>
    /// <param name="hasher">What hashes the files; one with a thread per processor when null.</param>
    /// <param name="progress">Hears how far the hashing is.</param>
    /// <param name="cancellationToken">Stops the hashing.</param>
    /// <exception cref="DatasetException">
    /// The folder is not a dataset of two classes or more; the message says why and what to do.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">The validation fraction is not from 0 to below 1.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public static TrainingImages Scan(
        string folder,
        SplitOptions? split = null,
        FileHasher? hasher = null,
        IProgress<HashProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        hasher ??= new();
        var dataset = FolderDataset.Scan(folder, split, hasher, progress, cancellationToken);
        return new TrainingImages(
            dataset.ClassNames,
            Images(dataset.Training),
            Images(dataset.Validation),
            Images(dataset.Test),
            bad => dataset.Without(bad)
        );

        TrainingImage[] Images(IReadOnlyList<LabelledImage> list)
        {
            var unknown = list.Where(image => image.Hash is null).ToArray();
            var hashes = hasher
                .HashAll([.. unknown.Select(image => image.Path)], progress, cancellationToken)
                .ToDictionary(file => file.Path, file => file.Hash);
            return
            [
                .. list.Select(image => new TrainingImage(
                    ImageContent.File(image.Path, image.Hash ?? hashes.GetValueOrDefault(image.Path)),
                    image.RelativePath,
                    image.Label
                )),
            ];
        }
    }

    /// <summary>The classes, in ordinal order.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>What is learned from.</summary>
    public IReadOnlyList<TrainingImage> Training { get; }

    /// <summary>What is measured with, and what decides when a mini-batch head stops.</summary>
    public IReadOnlyList<TrainingImage> Validation { get; }

    /// <summary>What is only measured with.</summary>
    public IReadOnlyList<TrainingImage> Test { get; }

    /// <summary>All images: training, validation, test.</summary>
    public IReadOnlyList<TrainingImage> All { get; }

    /// <summary>Makes sure that every class has a training image left.</summary>
    /// <param name="bad">The images that are left out.</param>
    /// <exception cref="DatasetException">A class has none; the message names it.</exception>
    public void RequireEveryClass(IReadOnlyList<BadImage> bad)
    {
        ArgumentNullException.ThrowIfNull(bad);
        _requireEveryClass?.Invoke(bad.Select(image => image.Path));
    }
}
