namespace Graft.Classification.Confidence;

/// <summary>
/// Scores of held-out images, by which the score of a new image is judged: of images of the same kind, the share that
/// would score at least as high. V. Vovk, A. Gammerman and G. Shafer, "Algorithmic learning in a random world" (2005):
/// that share is at most x for at most the part x of new images, whatever the scores mean. Immutable.
/// </summary>
public sealed record ScoreQuantiles
{
    /// <summary>More scores than this say no more than this many of them, evenly taken.</summary>
    private const int Kept = 1000;

    /// <summary>How many images were scored.</summary>
    public required int Images { get; init; }

    /// <summary>Their scores, rising; evenly taken ones where they are many.</summary>
    public required float[] Scores { get; init; }

    /// <summary>Makes them of scores.</summary>
    /// <param name="scores">The scores, one or more, in any order.</param>
    public static ScoreQuantiles Compute(IEnumerable<double> scores)
    {
        float[] sorted = [.. scores.Select(score => (float)score).Order()];
        if (sorted.Length <= Kept)
            return new() { Images = sorted.Length, Scores = sorted };
        // Rounded up, so that a share read off them is never too small.
        var kept = Enumerable
            .Range(1, Kept)
            .Select(i => sorted[(int)Math.Ceiling((double)i * (sorted.Length + 1) / (Kept + 1)) - 1]);
        return new() { Images = sorted.Length, Scores = [.. kept] };
    }

    /// <summary>
    /// The share of images of the same kind that would score at least as high, the new one counted among them: above 0,
    /// at most 1.
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

    /// <summary>Whether the numbers can be those of a file that was not altered.</summary>
    public bool IsValid =>
        Scores is { Length: > 0 and <= Kept }
        && Images >= Scores.Length
        && Scores.All(float.IsFinite)
        && Scores.Zip(Scores.Skip(1)).All(pair => pair.First <= pair.Second);
}
