using Graft.Tensors;

namespace Graft.Training.DataChecks;

/// <summary>A label that is probably wrong.</summary>
/// <param name="Image">The index of the image.</param>
/// <param name="Label">The given label.</param>
/// <param name="Suggested">The label that is probably right.</param>
/// <param name="Score">The probability of the suggested label minus that of the given one; above 0, at most 1.</param>
public readonly record struct LabelSuspicion(int Image, int Label, int Suggested, double Score);

/// <summary>
/// Finds labels that are probably wrong by confident learning: Northcutt, Jiang and Chuang, "Confident Learning:
/// Estimating Uncertainty in Dataset Labels" (2021). The threshold of a class is its mean probability over the images
/// with that label. An image is confidently in the likeliest class that reaches its threshold. Its label is suspected
/// if that class is another one and likelier than the label.
/// </summary>
public static class ConfidentLearning
{
    /// <summary>Finds suspected labels, those with the highest score first.</summary>
    /// <param name="probabilities">Out-of-fold probabilities, <c>[images, classes]</c>.</param>
    /// <param name="labels">The label of each image.</param>
    /// <exception cref="ArgumentException">The number of labels does not match the probabilities.</exception>
    public static IReadOnlyList<LabelSuspicion> Rank(Tensor probabilities, IReadOnlyList<int> labels)
    {
        ArgumentNullException.ThrowIfNull(probabilities);
        ArgumentNullException.ThrowIfNull(labels);
        if (probabilities.Shape.Rank != 2 || probabilities.Shape[0] != labels.Count)
            throw new ArgumentException(
                $"Ranking labels: {labels.Count} labels do not fit probabilities of shape {probabilities.Shape}.",
                nameof(labels)
            );
        var thresholds = Thresholds(probabilities, labels);
        var suspicions = new List<LabelSuspicion>();
        for (var i = 0; i < labels.Count; i++)
        {
            var row = probabilities.Rows(i);
            var best = -1;
            for (var c = 0; c < row.Length; c++)
            {
                if (row[c] >= thresholds[c] && (best < 0 || row[c] > row[best]))
                    best = c;
            }

            if (best >= 0 && best != labels[i] && row[best] > row[labels[i]])
                suspicions.Add(new(i, labels[i], best, (double)row[best] - row[labels[i]]));
        }

        return [.. suspicions.OrderByDescending(suspicion => suspicion.Score).ThenBy(suspicion => suspicion.Image)];
    }

    /// <summary>
    /// The mean probability of each class over the images with that label; infinity for a class without images.
    /// </summary>
    private static double[] Thresholds(Tensor probabilities, IReadOnlyList<int> labels)
    {
        var classes = probabilities.Shape[1];
        var (sums, counts) = (new double[classes], new int[classes]);
        for (var i = 0; i < labels.Count; i++)
        {
            sums[labels[i]] += probabilities.Rows(i)[labels[i]];
            counts[labels[i]]++;
        }

        return [.. sums.Select((sum, c) => counts[c] == 0 ? double.PositiveInfinity : sum / counts[c])];
    }
}
