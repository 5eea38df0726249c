namespace Graft.Classification.Confidence;

/// <summary>
/// The classes that a picture may be, so that the right one is among them for a stated share of pictures: split
/// conformal prediction. M. Sadinle, J. Lei and L. Wasserman, "Least ambiguous set-valued classifiers with bounded
/// error levels" (2019).
/// </summary>
public static class PredictionSet
{
    /// <summary>Chooses the classes.</summary>
    /// <param name="scores">How improbable held-out images' own classes were.</param>
    /// <param name="probabilities">The probability of each class.</param>
    /// <param name="coverage">The share of pictures whose class is to be in their set, 0 to 1.</param>
    /// <returns>
    /// The classes, the likeliest first. Never empty: where no class is likely enough the likeliest is given, so that a
    /// classifier that is right more often than was asked for covers more.
    /// </returns>
    public static IReadOnlyList<int> Compute(ScoreQuantiles scores, IReadOnlyList<float> probabilities, double coverage)
    {
        int[] ranked = [.. Enumerable.Range(0, probabilities.Count).OrderByDescending(c => probabilities[c])];
        var likely = ranked.TakeWhile(c => scores.ShareAtLeast(1.0 - probabilities[c]) > 1 - coverage).Count();
        return ranked[..Math.Max(1, likely)];
    }
}
