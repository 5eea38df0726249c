using Graft.Data;
using Graft.Learning.Heads;

namespace Graft.Training.Runs;

/// <summary>
/// Chooses the calibration split: training images that set the temperature and the thresholds and are not trained on.
/// A linear head on features needs none, because it uses out-of-fold logits of all training images.
/// </summary>
internal static class CalibrationSplit
{
    /// <summary>The smallest calibration split. Fewer images give no reliable temperature or thresholds.</summary>
    public const int Fewest = 20;

    /// <summary>Classes with fewer images give none to the calibration split.</summary>
    private const int FewestOfClass = 5;

    /// <summary>
    /// Decides for each training image whether it is in the calibration split. The split is empty if it would be
    /// smaller than <see cref="Fewest"/>.
    /// </summary>
    /// <param name="request">The training request.</param>
    /// <param name="labels">The class of each image.</param>
    /// <param name="groups">A key for each image that its copies share; copies stay together.</param>
    public static bool[] Choose(TrainingRequest request, IReadOnlyList<int> labels, IReadOnlyList<string> groups)
    {
        var inSplit = new bool[labels.Count];
        if (
            request.CalibrationFraction == 0
            || (request.Method == TrainingMethod.Features && request.Head!.Kind == HeadKind.Linear)
        )
            return inSplit;
        var sizes = labels.CountBy(label => label).ToDictionary();
        int[] candidates = [.. Enumerable.Range(0, labels.Count).Where(i => sizes[labels[i]] >= FewestOfClass)];
        var chosen = StratifiedSplit.Choose(
            [.. candidates.Select(i => labels[i])],
            [.. candidates.Select(i => groups[i])],
            request.CalibrationFraction,
            request.Seed
        );
        if (chosen.Count(value => value) < Fewest)
            return inSplit;
        for (var i = 0; i < candidates.Length; i++)
            inSplit[candidates[i]] = chosen[i];
        return inSplit;
    }
}
