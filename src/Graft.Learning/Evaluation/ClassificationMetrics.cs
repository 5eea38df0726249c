using Graft.Layers.Activations;
using Graft.Tensors;

namespace Graft.Learning.Evaluation;

/// <summary>The metrics of one class. A ratio 0 / 0 counts as 0.</summary>
/// <param name="Precision">Of the images predicted as this class, the share that belongs to it.</param>
/// <param name="Recall">Of the images of this class, the share that is predicted as this class.</param>
/// <param name="F1">The harmonic mean of the two.</param>
/// <param name="Support">The number of images of this class.</param>
public sealed record ClassMetrics(double Precision, double Recall, double F1, int Support);

/// <summary>How well probabilities match labels. Shares are from 0 to 1, the loss is in nats.</summary>
public sealed class ClassificationMetrics
{
    /// <summary>
    /// The loss raises smaller probabilities to this, so that one confident error does not make it infinite.
    /// </summary>
    public const double SmallestProbability = 1e-15;

    private ClassificationMetrics(double accuracy, double top5, double loss, int[][] confusion)
    {
        Accuracy = accuracy;
        Top5 = top5;
        Loss = loss;
        Confusion = confusion;
        PerClass = [.. Enumerable.Range(0, confusion.Length).Select(c => Class(confusion, c))];
        Images = confusion.Sum(row => row.Sum());
        var present = PerClass.Where(item => item.Support > 0).ToArray();
        BalancedAccuracy = present.Average(item => item.Recall);
        var occurring = PerClass.Where((item, c) => item.Support > 0 || confusion.Any(row => row[c] > 0)).ToArray();
        MacroPrecision = occurring.Average(item => item.Precision);
        MacroRecall = occurring.Average(item => item.Recall);
        MacroF1 = occurring.Average(item => item.F1);
    }

    /// <summary>The number of images.</summary>
    public int Images { get; }

    /// <summary>
    /// The share of images whose most probable class is right (top-1). Of equal probabilities, the first class counts.
    /// </summary>
    public double Accuracy { get; }

    /// <summary>
    /// The share of images whose class is among the five most probable; 1 with five classes or fewer.
    /// </summary>
    public double Top5 { get; }

    /// <summary>The mean cross-entropy.</summary>
    public double Loss { get; }

    /// <summary>
    /// The mean recall of the classes that have images: the accuracy if all classes were equally frequent.
    /// </summary>
    public double BalancedAccuracy { get; }

    /// <summary>The mean precision of the classes that occur among the labels or the predictions.</summary>
    public double MacroPrecision { get; }

    /// <summary>The mean recall of the classes that occur among the labels or the predictions.</summary>
    public double MacroRecall { get; }

    /// <summary>The mean F1 of the classes that occur among the labels or the predictions.</summary>
    public double MacroF1 { get; }

    /// <summary>The confusion matrix: for each true class, the number of images predicted as each class.</summary>
    public IReadOnlyList<IReadOnlyList<int>> Confusion { get; }

    /// <summary>Precision, recall, F1 and support of each class.</summary>
    public IReadOnlyList<ClassMetrics> PerClass { get; }

    /// <summary>Computes the metrics of logits.</summary>
    /// <param name="logits"><c>[images, classes]</c>.</param>
    /// <param name="labels">The class of each image.</param>
    /// <exception cref="ArgumentException">The labels do not fit, or there are no images.</exception>
    /// <exception cref="ArithmeticException">A logit is not finite.</exception>
    public static ClassificationMetrics OfLogits(Tensor logits, IReadOnlyList<int> labels)
    {
        ArgumentNullException.ThrowIfNull(logits);
        using var probabilities = Tensor.Uninitialized(logits.Shape);
        for (var row = 0; row < logits.Shape[0]; row++)
            Softmax.Apply(logits.Rows(row), probabilities.Rows(row));
        return OfProbabilities(probabilities, labels);
    }

    /// <summary>Computes the metrics of probabilities.</summary>
    /// <param name="probabilities"><c>[images, classes]</c>.</param>
    /// <param name="labels">The class of each image.</param>
    /// <exception cref="ArgumentException">The labels do not fit, or there are no images.</exception>
    /// <exception cref="ArithmeticException">A probability is not finite.</exception>
    public static ClassificationMetrics OfProbabilities(Tensor probabilities, IReadOnlyList<int> labels)
    {
        ArgumentNullException.ThrowIfNull(probabilities);
        ArgumentNullException.ThrowIfNull(labels);
        if (probabilities.Shape.Rank != 2 || probabilities.Shape[0] != labels.Count || labels.Count == 0)
            throw new ArgumentException(
                $"Metrics: {labels.Count} labels do not fit probabilities of shape {probabilities.Shape}.",
                nameof(labels)
            );
        var classes = probabilities.Shape[1];
        var confusion = new int[classes][];
        for (var c = 0; c < classes; c++)
            confusion[c] = new int[classes];
        var (correct, top5, loss) = (0, 0, 0.0);
        for (var i = 0; i < labels.Count; i++)
        {
            var row = probabilities.Rows(i);
            Require(row, labels[i], i);
            var rank = Rank(row, labels[i]);
            correct += rank == 0 ? 1 : 0;
            top5 += rank < 5 ? 1 : 0;
            loss -= Math.Log(Math.Max(SmallestProbability, row[labels[i]]));
            confusion[labels[i]][ArgMax(row)]++;
        }

        return new((double)correct / labels.Count, (double)top5 / labels.Count, loss / labels.Count, confusion);
    }

    /// <summary>Checks a row and its label.</summary>
    // Comparisons with NaN are false, so that a row of NaN would count as a right prediction.
    private static void Require(ReadOnlySpan<float> row, int label, int image)
    {
        if ((uint)label >= (uint)row.Length)
            throw new ArgumentException(
                $"Metrics: label {label} of image {image} is not one of {row.Length} classes.",
                nameof(label)
            );
        foreach (var value in row)
        {
            if (!float.IsFinite(value))
                throw new ArithmeticException(
                    $"Metrics: a probability of image {image} is {value}; finite numbers were expected. The head's "
                        + $"weights are broken: train it with a smaller learning rate."
                );
        }
    }

    /// <summary>The arg max: the index of the largest value; the first of them if several are equal.</summary>
    /// <param name="values">At least one value.</param>
    public static int ArgMax(ReadOnlySpan<float> values)
    {
        var best = 0;
        for (var i = 1; i < values.Length; i++)
        {
            if (values[i] > values[best])
                best = i;
        }

        return best;
    }

    /// <summary>
    /// The number of classes before a class when classes are sorted by descending probability, then by index.
    /// </summary>
    private static int Rank(ReadOnlySpan<float> values, int label)
    {
        var rank = 0;
        for (var i = 0; i < values.Length; i++)
            rank += values[i] > values[label] || (values[i] == values[label] && i < label) ? 1 : 0;
        return rank;
    }

    private static ClassMetrics Class(int[][] confusion, int c)
    {
        var hits = confusion[c][c];
        var support = confusion[c].Sum();
        var called = confusion.Sum(row => row[c]);
        var precision = called == 0 ? 0 : (double)hits / called;
        var recall = support == 0 ? 0 : (double)hits / support;
        return new(precision, recall, hits == 0 ? 0 : 2 * precision * recall / (precision + recall), support);
    }
}
