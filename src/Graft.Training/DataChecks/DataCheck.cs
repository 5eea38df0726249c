using System.Diagnostics;
using Graft.Data;
using Graft.Data.Measurements;
using Graft.Learning.Heads;
using Graft.Models.Downloads;
using Graft.Tensors;
using Graft.Training.Runs;

namespace Graft.Training.DataChecks;

/// <summary>
/// Checks a dataset before training: its content, unreadable files, duplicates, leaks between splits, and labels that
/// are probably wrong. Each image is decoded at most once, and only if it is new to the feature store. Training with
/// the same trunk reuses the computed features. No file is moved unless a quarantine folder is given.
/// </summary>
public static class DataCheck
{
    /// <summary>Checks a dataset.</summary>
    /// <param name="home">Where weights and features are stored.</param>
    /// <param name="workers">The threads to run on; their number does not affect the results.</param>
    /// <param name="request">What to check.</param>
    /// <param name="progress">Receives progress reports; called from any thread, but never concurrently.</param>
    /// <param name="cancellationToken">Cancels the work; computed features stay in the store.</param>
    /// <exception cref="DatasetException">
    /// The data is not a dataset, or the quarantine folder cannot be used.
    /// </exception>
    /// <exception cref="IOException">
    /// Weights cannot be downloaded, or the page or the quarantine cannot be written.
    /// </exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public static DataCheckReport Run(
        GraftHome home,
        WorkerPool workers,
        DataCheckRequest request,
        IProgress<RunProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(home);
        ArgumentNullException.ThrowIfNull(workers);
        ArgumentNullException.ThrowIfNull(request);
        var clock = Stopwatch.StartNew();
        progress?.Report(new(RunPhase.Scan));
        var hashing = progress.ForHashing();
        var dataset = CheckedImages.List(
            request.Data,
            new ImageHasher(workers.ThreadCount),
            hashing,
            cancellationToken
        );
        if (request.Quarantine is { } folder)
            Quarantine.RequirePossible(request.Data, folder);
        using var examined = ExaminedImages.Examine(
            home,
            workers,
            dataset.Images,
            request.Examination,
            progress,
            cancellationToken
        );
        progress?.Report(new(RunPhase.Evaluate));
        var suspicions = SuspectLabels(dataset, examined, request.Seed, workers, cancellationToken);
        var report = Describe(Path.GetFullPath(request.Data), dataset, examined, suspicions);
        report = report with { Findings = Findings.From(report) };
        // The page reads the images from their original paths, so it is written before any are moved.
        if (request.Report is { } page)
        {
            DataCheckPage.Write(page, report, dataset, examined, cancellationToken);
            report = report with { Report = Path.GetFullPath(page) };
        }

        if (request.Quarantine is { } quarantine)
            report = report with { Quarantined = Quarantine.Move(quarantine, dataset, examined) };
        return report with { Seconds = clock.Elapsed.TotalSeconds };
    }

    /// <summary>
    /// Finds labels that are probably wrong; null without features, or with good images of fewer than two classes.
    /// </summary>
    private static IReadOnlyList<LabelSuspicion>? SuspectLabels(
        CheckedImages dataset,
        ExaminedImages examined,
        ulong seed,
        WorkerPool workers,
        CancellationToken cancellationToken
    )
    {
        int[] good = [.. Enumerable.Range(0, dataset.Images.Count).Where(i => examined.Facts[i] is not null)];
        int[] labels = [.. good.Select(i => dataset.Images[i].Label)];
        if (examined.Features is null || labels.Distinct().Count() < 2)
            return null;
        // Copies of an image share a fold, so that no copy confirms or contradicts the label of another.
        var groups = DuplicateGroups.Compute(dataset.Images.Count, examined.Pairs);
        using var features = Tensor.Uninitialized(new Shape(good.Length, examined.Features.Shape[1]));
        for (var i = 0; i < good.Length; i++)
            examined.Features.Rows(good[i]).CopyTo(features.Rows(i));
        var options = new LinearHeadOptions { Seed = seed, ImageNumbers = [.. good.Select(i => groups[i])] };
        using var probabilities = LinearHead.PredictOutOfFold(
            features,
            labels,
            dataset.ClassNames.Count,
            workers,
            options,
            cancellationToken
        );
        return
        [
            .. ConfidentLearning
                .Rank(probabilities, labels)
                .Select(suspicion => suspicion with { Image = good[suspicion.Image] }),
        ];
    }

    private static DataCheckReport Describe(
        string data,
        CheckedImages dataset,
        ExaminedImages examined,
        IReadOnlyList<LabelSuspicion>? suspicions
    )
    {
        var photos = dataset.Images;
        var facts = examined.Facts;
        var good = facts.OfType<ImageFacts>().ToArray();
        LikePhotos[] pairs = [.. examined.Pairs.Select(Like)];
        return new()
        {
            Data = data,
            Images = photos.Count,
            Splits = dataset.Splits.ToDictionary(split => split, split => dataset.SplitOf.Count(of => of == split)),
            Findings = [],
            Classes = [.. dataset.ClassNames.Select((_, label) => Summary(label))],
            Formats = Count(good.Select(item => item.Format.ToString())),
            ColourModes = Count(good.Select(item => item.ColourMode)),
            Rotations = Count(
                good.Where(item => item.Orientation != 1)
                    .Select(item => FormattableString.Invariant($"{item.Orientation}"))
            ),
            BadImages =
            [
                .. photos
                    .Select((photo, i) => (photo.Name, Reason: examined.Reasons[i]))
                    .Where(item => item.Reason is not null)
                    .Select(item => new BadImage(item.Name, item.Reason!)),
            ],
            StrayFiles = dataset.StrayFiles,
            SuspiciousImages =
            [
                .. photos.SelectMany((photo, i) => facts[i] is { } known ? ImageDefects.From(photo.Name, known) : []),
            ],
            Duplicates = pairs,
            Contradictions =
            [
                .. pairs.Where(pair => pair.Kind != PairKind.Similar && pair.FirstLabel != pair.SecondLabel),
            ],
            Leaks = Leaks.From(photos, dataset.SplitOf, examined.Pairs),
            SuspectedLabels = suspicions is null
                ? null
                :
                [
                    .. suspicions.Select(item => new SuspectedLabel(
                        photos[item.Image].Name,
                        dataset.ClassNames[item.Label],
                        dataset.ClassNames[item.Suggested],
                        item.Score
                    )),
                ],
            Quarantined = [],
            FeaturesComputed = examined.FeaturesComputed,
            FeaturesReused = examined.FeaturesReused,
            Seconds = 0,
        };

        LikePhotos Like(ImagePair pair)
        {
            var (first, second) = (photos[pair.First], photos[pair.Second]);
            return new(
                first.Name,
                dataset.ClassNames[first.Label],
                second.Name,
                dataset.ClassNames[second.Label],
                pair.Kind,
                pair.Distance
            );
        }

        ClassSummary Summary(int label)
        {
            var members = Enumerable.Range(0, photos.Count).Where(i => photos[i].Label == label).ToArray();
            var known = members.Select(i => facts[i]).OfType<ImageFacts>().ToArray();
            return new(
                dataset.ClassNames[label],
                dataset.Splits.ToDictionary(split => split, split => members.Count(i => dataset.SplitOf[i] == split)),
                Mean(known.Select(item => (double)item.Width)),
                Mean(known.Select(item => (double)item.Height)),
                Mean(known.Select(item => (double)item.Width / item.Height))
            );
        }
    }

    private static double Mean(IEnumerable<double> values) => values.DefaultIfEmpty().Average();

    private static Dictionary<string, int> Count(IEnumerable<string> names) =>
        names
            .GroupBy(name => name, StringComparer.Ordinal)
            .OrderByDescending(group => group.Count())
            .ThenBy(group => group.Key, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.Count(), StringComparer.Ordinal);
}
