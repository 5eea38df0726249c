using Graft.Data;
using Graft.Data.Hashing;

namespace Graft.Training.DataChecks;

/// <summary>A file of a dataset that is checked.</summary>
/// <param name="Path">The absolute path.</param>
/// <param name="Name">The path below the dataset.</param>
/// <param name="Split">Its split.</param>
/// <param name="Label">Its class.</param>
/// <param name="Hash">The hash of its bytes; null where it cannot be read.</param>
internal sealed record CheckedImage(string Path, string Name, string Split, int Label, ContentHash? Hash)
{
    public ImageContent Content => ImageContent.File(Path, Hash);
}

/// <summary>All files of a dataset, as they are before anything is divided or left out.</summary>
/// <param name="Photos">The files: training, validation, test.</param>
/// <param name="ClassNames">The classes.</param>
/// <param name="Splits">The names of the splits.</param>
/// <param name="StrayFiles">Files in no class.</param>
internal sealed record CheckedImages(
    IReadOnlyList<CheckedImage> Photos,
    IReadOnlyList<string> ClassNames,
    IReadOnlyList<string> Splits,
    IReadOnlyList<string> StrayFiles
)
{
    /// <summary>What the one split is called of a dataset that has none.</summary>
    public const string Undivided = "all";

    /// <summary>Lists and hashes a dataset.</summary>
    public static CheckedImages List(
        string data,
        FileHasher hasher,
        IProgress<HashProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        var dataset = FolderDataset.Scan(data, new() { ValidationFraction = 0 }, hasher, null, cancellationToken);
        var isDivided = dataset.Validation.Count + dataset.Test.Count > 0;
        (string Name, IReadOnlyList<LabelledImage> Images)[] splits =
        [
            (isDivided ? SplitNames.Training : Undivided, dataset.Training),
            (SplitNames.Validation, dataset.Validation),
            (SplitNames.Test, dataset.Test),
        ];
        var files = splits
            .SelectMany(split => split.Images.Select(image => (Image: image, Split: split.Name)))
            .ToArray();
        var hashes = hasher.HashAll([.. files.Select(file => file.Image.Path)], progress, cancellationToken);
        return new(
            [
                .. files.Select(
                    (file, i) =>
                        new CheckedImage(
                            file.Image.Path,
                            file.Image.RelativePath,
                            file.Split,
                            file.Image.Label,
                            hashes[i].Hash
                        )
                ),
            ],
            dataset.ClassNames,
            [.. splits.Where(split => split.Images.Count > 0).Select(split => split.Name)],
            dataset.StrayFiles
        );
    }
}
