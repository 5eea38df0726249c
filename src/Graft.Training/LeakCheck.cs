using System.Globalization;
using Graft.Data;
using Graft.Features;
using Graft.Features.Storage;
using Graft.Imaging;
using Graft.Learning.Evaluation;
using Graft.Tensors;
using Graft.Training.DataChecks;
using Graft.Training.Measurement;
using Graft.Training.Runs;
using Graft.Weights.Csv;

namespace Graft.Training;

/// <summary>
/// Finds validation and test images that duplicate a training image, and measures accuracy without them. Uses facts and
/// features that are already known, so it costs almost nothing. Compares only images that are files.
/// </summary>
internal static class LeakCheck
{
    /// <summary>Finds the leaks and, if there are any, lists them in the run's folder.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="images">The images.</param>
    /// <param name="features">Their features.</param>
    /// <param name="facts">The table of image facts.</param>
    /// <param name="request">The training request; its image limits are used.</param>
    /// <param name="preprocessing">The trunk's preprocessing.</param>
    /// <param name="results">The classifier's predictions by split.</param>
    /// <param name="workers">The threads to run on.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    public static LeakFigures Run(
        RunFolder folder,
        ImageDataset images,
        FeatureSet features,
        ImageFactTable facts,
        TrainingRequest request,
        Preprocessing preprocessing,
        SplitResults results,
        WorkerPool workers,
        CancellationToken cancellationToken
    )
    {
        if (images.Validation.Count + images.Test.Count == 0)
            return new() { ValidationImages = 0, TestImages = 0 };
        // Good images only, in the order of the features.
        ImageSample[] good = [.. features.Extraction.Good.Select(i => images.All[i])];
        string[] splits = [.. features.Extraction.Good.Select(i => SplitOf(images, i))];
        var known = new ImageFactReader(facts, preprocessing, request.Limits, workers.ThreadCount).Read(
            good,
            null,
            cancellationToken
        );
        // Spatial features are not compared: image signatures alone find duplicates too.
        using var values = features.Shape.Rank == 1 ? features.Read(0, features.Count) : null;
        var pairs = ImageComparison.Compare(
            good,
            [.. known.Select(item => item.Facts)],
            values,
            workers,
            cancellationToken
        );
        ImagePair[] leaks =
        [
            .. Leaks
                .Pairs(splits, pairs)
                .Where(pair => pair.IsSamePicture && splits[pair.First] == SplitNames.Training),
        ];
        if (leaks.Length > 0)
            Write(folder, good, splits, leaks);
        var leaked = leaks.Select(pair => (Split: splits[pair.Second], good[pair.Second].Name)).ToHashSet();
        var (validation, withoutValidation) = Measure(results.Validation);
        var (test, withoutTest) = Measure(results.Test);
        return new()
        {
            ValidationImages = validation,
            ValidationAccuracyWithout = withoutValidation,
            TestImages = test,
            TestAccuracyWithout = withoutTest,
        };

        (int Leaked, double? Accuracy) Measure(SplitResult result)
        {
            var left = result
                .Predictions.Where(prediction => !leaked.Contains((result.Split, prediction.Name)))
                .ToArray();
            var count = result.Predictions.Count - left.Length;
            return (
                count,
                count == 0 || left.Length == 0
                    ? null
                    : (double)
                        left.Count(prediction =>
                            ClassificationMetrics.ArgMax(prediction.Probabilities) == prediction.Label
                        ) / left.Length
            );
        }
    }

    private static string SplitOf(ImageDataset images, int index) =>
        index < images.Training.Count ? SplitNames.Training
        : index < images.Training.Count + images.Validation.Count ? SplitNames.Validation
        : SplitNames.Test;

    private static void Write(RunFolder folder, ImageSample[] images, string[] splits, ImagePair[] leaks) =>
        CsvFile.Write(
            folder.Leaks,
            ["split", "path", "training_path", "kind", "distance"],
            leaks.Select(
                IReadOnlyList<string> (pair) =>
                    [
                        splits[pair.Second],
                        images[pair.Second].Name,
                        images[pair.First].Name,
                        pair.Kind.ToString(),
                        pair.Distance.ToString("0.####", CultureInfo.InvariantCulture),
                    ]
            )
        );
}
