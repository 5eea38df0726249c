using Graft.Data;

namespace Graft.Training.DataChecks;

/// <summary>All images of a dataset with their hashes, before any are divided or left out.</summary>
/// <param name="Images">The images: training, then validation, then test.</param>
/// <param name="SplitOf">The name of each image's split.</param>
/// <param name="ClassNames">The names of the classes.</param>
/// <param name="Splits">The names of the splits that have images.</param>
/// <param name="StrayFiles">Files that are in no class.</param>
internal sealed record CheckedImages(
    IReadOnlyList<ImageSample> Images,
    IReadOnlyList<string> SplitOf,
    IReadOnlyList<string> ClassNames,
    IReadOnlyList<string> Splits,
    IReadOnlyList<string> StrayFiles
)
{
    /// <summary>The name of the single split of a dataset without splits.</summary>
    public const string Undivided = "all";

    /// <summary>Lists and hashes a dataset.</summary>
    public static CheckedImages List(
        string data,
        ImageHasher hasher,
        IProgress<HashProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        var dataset = FolderDataset.List(data).Hashed(hasher, progress, cancellationToken);
        var isDivided = dataset.Validation.Count + dataset.Test.Count > 0;
        (string Name, int Count)[] splits =
        [
            (isDivided ? SplitNames.Training : Undivided, dataset.Training.Count),
            (SplitNames.Validation, dataset.Validation.Count),
            (SplitNames.Test, dataset.Test.Count),
        ];
        return new(
            dataset.All,
            [.. splits.SelectMany(split => Enumerable.Repeat(split.Name, split.Count))],
            dataset.ClassNames,
            [.. splits.Where(split => split.Count > 0).Select(split => split.Name)],
            dataset.StrayFiles
        );
    }
}
