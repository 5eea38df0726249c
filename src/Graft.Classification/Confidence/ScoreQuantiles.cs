namespace Graft.Classification.Confidence;

/// <summary>
/// Scores of held-out images, from which the conformal p-value of a new score is computed. For exchangeable images the
/// p-value is at most x with probability at most x, for any score. V. Vovk, A. Gammerman and G. Shafer, "Algorithmic
/// learning in a random world" (2005). Immutable.
/// </summary>
public sealed record ScoreQuantiles
{
    /// <summary>The maximum number of stored scores; more are reduced to evenly spaced quantiles.</summary>
    private const int Kept = 1000;

    /// <summary>The number of scored images.</summary>
    public required int Images { get; init; }

    /// <summary>The scores in ascending order, or evenly spaced quantiles of them.</summary>
    public required float[] Scores { get; init; }

    /// <summary>Creates quantiles from scores.</summary>
    /// <param name="scores">The scores, one or more, in any order.</param>
    public static ScoreQuantiles Compute(IEnumerable<double> scores)
    {
        float[] sorted = [.. scores.Select(score => (float)score).Order()];
        if (sorted.Length <= Kept)
            return new() { Images = sorted.Length, Scores = sorted };
        // The ranks are rounded up, so that a p-value computed from the quantiles is never too small.
        var kept = Enumerable
            .Range(1, Kept)
            .Select(i => sorted[(int)Math.Ceiling((double)i * (sorted.Length + 1) / (Kept + 1)) - 1]);
        return new() { Images = sorted.Length, Scores = [.. kept] };
    }

    /// <summary>
    /// The conformal p-value: the share of images, the new one included, with a score at least as high. Above 0, at
    /// most 1.
    /// </summary>
    /// <param name="score">The score of a new image.</param>
    public double ShareAtLeast(double score)
    {
        var (below, end) = (0, Scores.Length);
        while (below < end)
        {
            var middle = (below + end) / 2;
            if (Scores[middle] < (float)score)
                below = middle + 1;
            else
                end = middle;
        }

        return (Scores.Length - below + 1.0) / (Scores.Length + 1);
    }

    /// <summary>Whether all values are within their valid ranges.</summary>
    public bool IsValid =>
        Scores is { Length: > 0 and <= Kept }
        && Images >= Scores.Length
        && Scores.All(float.IsFinite)
        && Scores.Zip(Scores.Skip(1)).All(pair => pair.First <= pair.Second);
}
