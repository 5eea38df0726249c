using System.Diagnostics;
using Graft.Data;
using Graft.Models.Downloads;
using Graft.Tensors;
using Graft.Training.Runs;

namespace Graft.Training.DataChecks;

/// <summary>
/// Divides a dataset into training, validation and test images, class by class. Images that are alike (copies,
/// near-duplicates, very similar shots) stay in one split. The division depends on the content of the files and a seed,
/// not on file names. The dataset itself is not changed.
/// </summary>
public static class DataSplit
{
    private static readonly string[] Splits = [SplitNames.Training, SplitNames.Validation, SplitNames.Test];

    /// <summary>Divides a dataset.</summary>
    /// <param name="home">Where weights and features are stored.</param>
    /// <param name="workers">The threads to run on; their number does not affect the results.</param>
    /// <param name="request">The dataset, the shares and the output.</param>
    /// <param name="progress">Receives progress reports; called from any thread, but never concurrently.</param>
    /// <param name="cancellationToken">Cancels the work; computed features stay in the store.</param>
    /// <exception cref="ArgumentException">
    /// The ratios are not three shares that add up to 1, or the training share is 0.
    /// </exception>
    /// <exception cref="DatasetException">
    /// The data is not a dataset or has no readable image, or the output cannot be used.
    /// </exception>
    /// <exception cref="IOException">Weights cannot be downloaded, or the output cannot be written.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public static DataSplitReport Run(
        GraftHome home,
        WorkerPool workers,
        DataSplitRequest request,
        IProgress<RunProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(home);
        ArgumentNullException.ThrowIfNull(workers);
        ArgumentNullException.ThrowIfNull(request);
        var clock = Stopwatch.StartNew();
        if (
            request.Ratios is not { Count: 3 }
            || request.Ratios.Any(share => !(share >= 0))
            || request.Ratios[0] == 0
            || Math.Abs(request.Ratios.Sum() - 1) > 1e-9
        )
            throw new ArgumentException(
                $"Dividing needs three shares, of training (above 0), validation and test, that add up to 1; "
                    + $"{string.Join(", ", request.Ratios)} were given.",
                nameof(request)
            );
        DividedOutput.RequirePossible(request);
        progress?.Report(new(RunPhase.Scan));
        var dataset = CheckedImages.List(request.Data, new ImageHasher(workers.ThreadCount), null, cancellationToken);
        using var examined = ExaminedImages.Examine(
            home,
            workers,
            dataset.Images,
            request.Examination,
            progress,
            cancellationToken
        );
        int[] good = [.. Enumerable.Range(0, dataset.Images.Count).Where(i => examined.Facts[i] is not null)];
        if (good.Length == 0)
            throw new DatasetException(
                $"Dividing '{request.Data}': none of its {dataset.Images.Count} files is an image that can be read."
            );
        var groups = DuplicateGroups.Compute(dataset.Images.Count, examined.Pairs);
        // The key of a group is its smallest content hash, so that file names do not matter.
        var keys = good.GroupBy(i => groups[i])
            .ToDictionary(group => group.Key, group => group.Min(i => dataset.Images[i].Hash!.Value.ToString())!);
        var splits = Divide(
            [.. good.Select(i => dataset.Images[i].Label)],
            [.. good.Select(i => keys[groups[i]])],
            request.Ratios,
            request.Seed
        );
        DividedImage[] divided =
        [
            .. good.Select(
                (i, place) =>
                    new DividedImage(
                        dataset.Images[i],
                        dataset.ClassNames[dataset.Images[i].Label],
                        Splits[splits[place]]
                    )
            ),
        ];
        DividedOutput.Write(request, divided, cancellationToken);
        var alike = good.GroupBy(i => groups[i]).Where(group => group.Count() > 1).ToArray();
        return new()
        {
            Output = Path.GetFullPath(request.Output),
            Classes = dataset.ClassNames.ToDictionary(
                name => name,
                IReadOnlyDictionary<string, int> (name) =>
                    Splits.ToDictionary(
                        split => split,
                        split => divided.Count(photo => photo.ClassName == name && photo.Split == split)
                    )
            ),
            Groups = alike.Length,
            GroupedImages = alike.Sum(group => group.Count()),
            BadImages =
            [
                .. dataset
                    .Images.Select((photo, i) => (photo.Name, Reason: examined.Reasons[i]))
                    .Where(item => item.Reason is not null)
                    .Select(item => new BadImage(item.Name, item.Reason!)),
            ],
            Seconds = clock.Elapsed.TotalSeconds,
        };
    }

    /// <summary>
    /// Chooses a split for each image, as an index in <see cref="Splits"/>: test images first, then validation images
    /// from the others.
    /// </summary>
    internal static int[] Divide(int[] labels, string[] groups, IReadOnlyList<double> ratios, ulong seed)
    {
        var splits = new int[labels.Length];
        var isTest = StratifiedSplit.Choose(labels, groups, ratios[2], seed);
        int[] others = [.. Enumerable.Range(0, labels.Length).Where(i => !isTest[i])];
        var isValidation = StratifiedSplit.Choose(
            [.. others.Select(i => labels[i])],
            [.. others.Select(i => groups[i])],
            ratios[1] / (ratios[0] + ratios[1]),
            seed
        );
        for (var i = 0; i < labels.Length; i++)
            splits[i] = isTest[i] ? 2 : 0;
        for (var place = 0; place < others.Length; place++)
            splits[others[place]] = isValidation[place] ? 1 : 0;
        return splits;
    }
}

/// <summary>An image and its split.</summary>
/// <param name="Photo">The image.</param>
/// <param name="ClassName">The name of its class.</param>
/// <param name="Split">The name of its split.</param>
internal sealed record DividedImage(ImageSample Photo, string ClassName, string Split);
