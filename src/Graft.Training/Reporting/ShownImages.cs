using Graft.Training.Measurement;

namespace Graft.Training.Reporting;

/// <summary>The images of a split that a report shows, chosen by the predictions alone.</summary>
/// <param name="Worst">The errors with the highest loss.</param>
/// <param name="Confused">Some images of each of the most frequent confusions.</param>
/// <param name="Unsure">The correct predictions with the highest loss.</param>
/// <param name="Best">The correct predictions with the lowest loss, taken from each class in turn.</param>
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

    /// <summary>All images, each once.</summary>
    public IEnumerable<int> All =>
        Worst.Concat(Confused.SelectMany(pair => pair.Photos)).Concat(Unsure).Concat(Best).Distinct();

    /// <summary>Chooses the images.</summary>
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
        // The best of each class first, then the second best of each: the best of all would often be of one class.
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
