using Graft.Training.Measurement;

namespace Graft.Training.Reporting;

/// <summary>Which photos of a split a report shows: a pure function of the predictions.</summary>
/// <param name="Worst">The errors that cost most.</param>
/// <param name="Confused">Of the pairs confused most some photos each.</param>
/// <param name="Unsure">The photos called rightly that it was least sure of.</param>
/// <param name="Best">The photos called rightly that it was surest of, of each class in turn.</param>
internal sealed record ShownImages(
    IReadOnlyList<int> Worst,
    IReadOnlyList<(int Truth, int Called, IReadOnlyList<int> Photos)> Confused,
    IReadOnlyList<int> Unsure,
    IReadOnlyList<int> Best
)
{
    private const int ListedWorst = 12;

    private const int ListedPairs = 3;

    private const int ListedOfPair = 6;

    private const int ListedRight = 6;

    /// <summary>All photos, each once.</summary>
    public IEnumerable<int> All =>
        Worst.Concat(Confused.SelectMany(pair => pair.Photos)).Concat(Unsure).Concat(Best).Distinct();

    /// <summary>Chooses.</summary>
    /// <param name="predictions">The predictions for the images of a split.</param>
    public static ShownImages Choose(IReadOnlyList<ImagePrediction> predictions)
    {
        int[] errors =
        [
            .. Enumerable
                .Range(0, predictions.Count)
                .Where(i => predictions[i].Called != predictions[i].Label)
                .OrderByDescending(i => predictions[i].Loss),
        ];
        int[] right =
        [
            .. Enumerable
                .Range(0, predictions.Count)
                .Where(i => predictions[i].Called == predictions[i].Label)
                .OrderBy(i => predictions[i].Loss),
        ];
        var pairs = errors
            .GroupBy(i => (predictions[i].Label, predictions[i].Called))
            .OrderByDescending(pair => pair.Count())
            .Take(ListedPairs)
            .Select(pair => (pair.Key.Label, pair.Key.Called, (IReadOnlyList<int>)[.. pair.Take(ListedOfPair)]));
        // Of each class the best, then of each the second best: the surest of all would often be of one class.
        var best = right
            .GroupBy(i => predictions[i].Label)
            .SelectMany(group => group.Index())
            .OrderBy(item => item.Index)
            .ThenBy(item => predictions[item.Item].Loss)
            .Select(item => item.Item)
            .Take(ListedRight);
        return new([.. errors.Take(ListedWorst)], [.. pairs], [.. right.Reverse().Take(ListedRight)], [.. best]);
    }
}
