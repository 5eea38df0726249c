using Graft.Data;
using Graft.Learning.Evaluation;
using Graft.Models.Downloads;
using Graft.Tensors;
using Graft.Training.Measurement;
using Graft.Training.Runs;

namespace Graft.Training;

/// <summary>Compares two classifiers image by image.</summary>
internal static class ModelComparison
{
    public static ComparisonReport Run(
        GraftHome home,
        WorkerPool workers,
        ComparisonRequest request,
        IProgress<RunProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        var first = ModelEvaluation.Call(home, workers, request.Evaluation, progress, cancellationToken);
        var second = ModelEvaluation.Call(
            home,
            workers,
            request.Evaluation with
            {
                Model = request.Other,
            },
            progress,
            cancellationToken
        );
        var others = second.Images.ToDictionary(static image => image.Path, StringComparer.Ordinal);
        var pairs = first
            .Images.Where(image => others.ContainsKey(image.Path))
            .Select(image => new Pair(image, others[image.Path]))
            .ToArray();
        if (pairs.Length == 0)
            throw new DatasetException(
                $"Comparing '{request.Evaluation.Model}' and '{request.Other}': there is no image in "
                    + $"'{request.Evaluation.Data}' that both can read."
            );
        var comparison = PairedComparison.Compute(
            [.. pairs.Select(static pair => pair.First.IsRight)],
            [.. pairs.Select(static pair => pair.Second.IsRight)],
            request.Seed
        );
        var (statistic, corrected) = McNemarTest.Corrected(comparison.OnlyFirst, comparison.OnlySecond);
        return new()
        {
            First = Path.GetFullPath(request.Evaluation.Model),
            Second = Path.GetFullPath(request.Other),
            Data = Path.GetFullPath(request.Evaluation.Data),
            Split = first.Split,
            Images = comparison.Images,
            FirstAccuracy = comparison.FirstAccuracy,
            SecondAccuracy = comparison.SecondAccuracy,
            Difference = comparison.Difference,
            DifferenceLow = comparison.Interval.Low,
            DifferenceHigh = comparison.Interval.High,
            BothRight = comparison.BothRight,
            OnlyFirstRight = comparison.OnlyFirst,
            OnlySecondRight = comparison.OnlySecond,
            BothWrong = comparison.BothWrong,
            McNemarExact = McNemarTest.Exact(comparison.OnlyFirst, comparison.OnlySecond),
            McNemarStatistic = statistic,
            McNemarCorrected = corrected,
            PerClass =
            [
                .. pairs
                    .GroupBy(static pair => pair.First.Truth, StringComparer.Ordinal)
                    .OrderBy(static group => group.Key, StringComparer.Ordinal)
                    .Select(Change),
            ],
            Flips =
            [
                .. pairs
                    .Where(static pair => pair.First.Called != pair.Second.Called)
                    .Select(static pair => pair.ToFlip())
                    .OrderBy(static flip => flip.Kind)
                    .ThenBy(static flip => flip.Path, StringComparer.Ordinal),
            ],
            BadImages = first.BadImages,
            Seed = request.Seed,
        };
    }

    private static ClassChange Change(IGrouping<string, Pair> group)
    {
        var images = group.Count();
        return new(
            group.Key,
            images,
            (double)group.Count(static pair => pair.First.IsRight) / images,
            (double)group.Count(static pair => pair.Second.IsRight) / images,
            group.Count(static pair => pair.First.IsRight && !pair.Second.IsRight),
            group.Count(static pair => !pair.First.IsRight && pair.Second.IsRight)
        );
    }

    /// <summary>The predictions of both classifiers for an image.</summary>
    private sealed record Pair(ImageCall First, ImageCall Second)
    {
        public FlippedImage ToFlip() =>
            new(
                First.Path,
                First.Truth,
                First.Called,
                First.Probability,
                Second.Called,
                Second.Probability,
                First.IsRight ? FlipKind.Broken
                    : Second.IsRight ? FlipKind.Mended
                    : FlipKind.Other
            );
    }
}
