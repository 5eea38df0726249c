using Graft.Learning.Evaluation;
using Graft.Tensors;

namespace Graft.Training.Measurement;

/// <summary>What a classifier says of one image whose class is known.</summary>
/// <param name="Name">The image.</param>
/// <param name="Label">Its true class.</param>
/// <param name="Probabilities">The probability of each class.</param>
internal sealed record ImagePrediction(string Name, int Label, float[] Probabilities)
{
    /// <summary>The likeliest class.</summary>
    public int Called { get; } = ClassificationMetrics.ArgMax(Probabilities);

    /// <summary>The cross-entropy in nats.</summary>
    public double Loss => -Math.Log(Math.Max(ClassificationMetrics.SmallestProbability, Probabilities[Label]));

    /// <summary>The classes, the likeliest first; of equal ones that with the lower index.</summary>
    public IEnumerable<int> Ranked =>
        Enumerable.Range(0, Probabilities.Length).OrderByDescending(c => Probabilities[c]);

    /// <summary>Puts names and labels to probabilities.</summary>
    /// <param name="probabilities"><c>[images, classes]</c>.</param>
    /// <param name="names">The images.</param>
    /// <param name="labels">Their true classes.</param>
    public static ImagePrediction[] From(
        Tensor probabilities,
        IReadOnlyList<string> names,
        IReadOnlyList<int> labels
    ) => [.. labels.Select((label, i) => new ImagePrediction(names[i], label, probabilities.Rows(i).ToArray()))];
}
