using System.Diagnostics;
using Graft.Data;
using Graft.Data.Hashing;
using Graft.Models.Downloads;
using Graft.Tensors;
using Graft.Training.Runs;

namespace Graft.Training.DataChecks;

/// <summary>
/// Divides a dataset into training, validation and test: class by class, with photos that are alike (copies,
/// near-duplicates, very similar shots) on one side, by a seed. A pure function of the files' content, not of their
/// names. The dataset itself stays as it is.
/// </summary>
public static class DataSplit
{
    private static readonly string[] Splits = [SplitNames.Training, SplitNames.Validation, SplitNames.Test];

    /// <summary>Divides a dataset.</summary>
    /// <param name="home">Where weights and features are kept.</param>
    /// <param name="workers">The threads to run on; their number has no influence on the result.</param>
    /// <param name="request">What to divide, and how.</param>
    /// <param name="progress">Receives progress reports, perhaps from several threads, one at a time.</param>
    /// <param name="cancellationToken">Cancels the work; computed features are kept.</param>
    /// <exception cref="ArgumentException">The ratios are no shares of one.</exception>
    /// <exception cref="DatasetException">
    /// The dataset cannot be listed as one, has no readable image, or the output is in use or inside it.
    /// </exception>
    /// <exception cref="IOException">Weights cannot be fetched, or the output cannot be written.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
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
        var dataset = CheckedImages.List(request.Data, new FileHasher(workers.ThreadCount), null, cancellationToken);
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
        // By content, so that names do not matter: the smallest hash of the group.
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

    /// <summary>Test images are chosen first, then validation images of the others.</summary>
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

/// <summary>A photo and where it goes.</summary>
/// <param name="Photo">The photo.</param>
/// <param name="ClassName">Its class.</param>
/// <param name="Split">Its split.</param>
internal sealed record DividedImage(ImageSample Photo, string ClassName, string Split);
