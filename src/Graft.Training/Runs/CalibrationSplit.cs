using Graft.Data;
using Graft.Learning.Heads;

namespace Graft.Training.Runs;

/// <summary>
/// Chooses the training images that a model does not learn from, so that its temperature and thresholds can be set with
/// them. A linear head on features needs none: it is fitted so quickly that every image is held out in turn.
/// </summary>
internal static class CalibrationSplit
{
    /// <summary>Fewer images set nothing reliably, and every one of them is missed by the model.</summary>
    public const int Fewest = 20;

    /// <summary>A class of fewer images keeps them all to be learned from.</summary>
    private const int FewestOfClass = 5;

    /// <summary>
    /// Tells for each training image whether it is kept aside; none is where that would not be worth it.
    /// </summary>
    /// <param name="request">How it is trained.</param>
    /// <param name="labels">The class of each image.</param>
    /// <param name="groups">What copies of an image share; they stay together.</param>
    public static bool[] Choose(TrainingRequest request, IReadOnlyList<int> labels, IReadOnlyList<string> groups)
    {
        var aside = new bool[labels.Count];
        if (
            request.CalibrationFraction == 0
            || (request.Method == TrainingMethod.Features && request.Head!.Kind == HeadKind.Linear)
        )
            return aside;
        var sizes = labels.CountBy(label => label).ToDictionary();
        int[] candidates = [.. Enumerable.Range(0, labels.Count).Where(i => sizes[labels[i]] >= FewestOfClass)];
        var chosen = StratifiedSplit.Choose(
            [.. candidates.Select(i => labels[i])],
            [.. candidates.Select(i => groups[i])],
            request.CalibrationFraction,
            request.Seed
        );
        if (chosen.Count(value => value) < Fewest)
            return aside;
        for (var i = 0; i < candidates.Length; i++)
            aside[candidates[i]] = chosen[i];
        return aside;
    }
}
