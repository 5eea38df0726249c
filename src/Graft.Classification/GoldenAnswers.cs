namespace Graft.Classification;

/// <summary>What a classifier said of the <see cref="GoldenImages"/> when it was written.</summary>
/// <param name="Rule">The rule that the images are made by.</param>
/// <param name="Probabilities">The probabilities of each image.</param>
public sealed record GoldenAnswers(int Rule, IReadOnlyList<float[]> Probabilities)
{
    /// <summary>Whether these can be answers of a classifier.</summary>
    /// <param name="classes">How many classes it has.</param>
    public bool Fit(int classes) =>
        Probabilities is { Count: > 0 } && Probabilities.All(answer => answer?.Length == classes);
}
