using Graft.Learning.Evaluation;
using Graft.Tensors;

namespace Graft.Training.Measurement;

/// <summary>The prediction of a classifier for a labelled image.</summary>
/// <param name="Name">The image's name.</param>
/// <param name="Label">The true class.</param>
/// <param name="Probabilities">The probability of each class.</param>
internal sealed record ImagePrediction(string Name, int Label, float[] Probabilities)
{
    /// <summary>The index of the likeliest class.</summary>
    public int Called { get; } = ClassificationMetrics.ArgMax(Probabilities);

    /// <summary>The cross-entropy in nats.</summary>
    public double Loss => -Math.Log(Math.Max(ClassificationMetrics.SmallestProbability, Probabilities[Label]));

    /// <summary>The class indices, the likeliest first; ties in order of the index.</summary>
    public IEnumerable<int> Ranked =>
        Enumerable.Range(0, Probabilities.Length).OrderByDescending(c => Probabilities[c]);

    /// <summary>Makes predictions from probabilities, names and labels.</summary>
    /// <param name="probabilities"><c>[images, classes]</c>.</param>
    /// <param name="names">The images' names.</param>
    /// <param name="labels">The true classes.</param>
    public static ImagePrediction[] From(
        Tensor probabilities,
        IReadOnlyList<string> names,
        IReadOnlyList<int> labels
    ) => [.. labels.Select((label, i) => new ImagePrediction(names[i], label, probabilities.Rows(i).ToArray()))];
}
