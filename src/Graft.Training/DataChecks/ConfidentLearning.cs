using Graft.Tensors;

namespace Graft.Training.DataChecks;

/// <summary>A label that is probably wrong.</summary>
/// <param name="Image">Which image.</param>
/// <param name="Label">The label that it has.</param>
/// <param name="Suggested">The label that it probably should have.</param>
/// <param name="Score">The probability of the suggested label less that of the given one, above 0 to 1.</param>
public readonly record struct LabelSuspicion(int Image, int Label, int Suggested, double Score);

/// <summary>
/// Confident learning (Northcutt, Jiang and Chuang, "Confident Learning: Estimating Uncertainty in Dataset Labels",
/// 2021): an image counts as one of class j when its probability of j is at least the mean probability of j over the
/// images labelled j. Those that count as another class than their label, and are likelier so, are suspected; the
/// widest margin first.
/// </summary>
public static class ConfidentLearning
{
    /// <summary>Ranks suspected labels.</summary>
    /// <param name="probabilities">
    /// <c>[images, classes]</c>, each by a model that has not learned from the image.
    /// </param>
    /// <param name="labels">The label of each image.</param>
    /// <exception cref="ArgumentException">The labels do not fit.</exception>
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
    /// The mean probability of each class over the images labelled so; of a class without images none is confident.
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
