namespace Graft.Classification;

/// <summary>A classifier's outputs for the <see cref="GoldenImages"/>, computed when its file was written.</summary>
/// <param name="Rule">The number of the rule that generates the images.</param>
/// <param name="Probabilities">The class probabilities of each image.</param>
public sealed record GoldenAnswers(int Rule, IReadOnlyList<float[]> Probabilities)
{
    /// <summary>Whether there are images, each with one probability for each class.</summary>
    /// <param name="classes">The number of classes.</param>
    public bool Fit(int classes) =>
        Probabilities is { Count: > 0 } && Probabilities.All(answer => answer?.Length == classes);
}
