namespace Graft.Classification.Confidence;

/// <summary>
/// Prediction sets by split conformal prediction: sets of classes that contain the true class for a stated share of
/// images. M. Sadinle, J. Lei and L. Wasserman, "Least ambiguous set-valued classifiers with bounded error levels"
/// (2019).
/// </summary>
public static class PredictionSet
{
    /// <summary>Chooses the classes.</summary>
    /// <param name="scores">Scores of held-out images: 1 minus the probability of the true class.</param>
    /// <param name="probabilities">The probability of each class.</param>
    /// <param name="coverage">The share of images whose true class must be in the set, 0 to 1.</param>
    /// <returns>
    /// The indices of the classes, likeliest first. Never empty: if no class qualifies, the likeliest is returned, so
    /// the actual coverage can be higher.
    /// </returns>
    public static IReadOnlyList<int> Compute(ScoreQuantiles scores, IReadOnlyList<float> probabilities, double coverage)
    {
        int[] ranked = [.. Enumerable.Range(0, probabilities.Count).OrderByDescending(c => probabilities[c])];
        var likely = ranked.TakeWhile(c => scores.ShareAtLeast(1.0 - probabilities[c]) > 1 - coverage).Count();
        return ranked[..Math.Max(1, likely)];
    }
}
