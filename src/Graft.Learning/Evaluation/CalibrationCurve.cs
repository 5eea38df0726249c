using Graft.Tensors;

namespace Graft.Learning.Evaluation;

/// <summary>
/// The calibration of probabilities: of the images predicted with a probability of 80 %, 80 % should be right. C. Guo
/// et al., "On calibration of modern neural networks" (2017).
/// </summary>
public sealed class CalibrationCurve
{
    /// <summary>The number of bins, as in the paper.</summary>
    public const int BinCount = 15;

    private CalibrationCurve(IReadOnlyList<ReliabilityBin> bins)
    {
        Bins = bins;
        var images = bins.Sum(bin => bin.Images);
        ExpectedError = bins.Sum(bin => (double)bin.Images / images * Math.Abs(bin.Accuracy - bin.Confidence));
    }

    /// <summary>The bins, of equal width, in ascending order; some may be empty.</summary>
    public IReadOnlyList<ReliabilityBin> Bins { get; }

    /// <summary>
    /// The expected calibration error, 0 to 1: the absolute difference of accuracy and confidence, averaged over the
    /// images.
    /// </summary>
    public double ExpectedError { get; }

    /// <summary>Measures the calibration of probabilities.</summary>
    /// <param name="probabilities"><c>[images, classes]</c>.</param>
    /// <param name="labels">The class of each image.</param>
    /// <exception cref="ArgumentException">The labels do not fit, or there are no images.</exception>
    public static CalibrationCurve Compute(Tensor probabilities, IReadOnlyList<int> labels)
    {
        ArgumentNullException.ThrowIfNull(probabilities);
        ArgumentNullException.ThrowIfNull(labels);
        if (probabilities.Shape.Rank != 2 || probabilities.Shape[0] != labels.Count || labels.Count == 0)
            throw new ArgumentException(
                $"Calibration: {labels.Count} labels do not fit probabilities of shape {probabilities.Shape}.",
                nameof(labels)
            );
        var confidences = new double[labels.Count];
        var right = new bool[labels.Count];
        for (var i = 0; i < labels.Count; i++)
        {
            var likeliest = ClassificationMetrics.ArgMax(probabilities.Rows(i));
            (confidences[i], right[i]) = (probabilities.Rows(i)[likeliest], likeliest == labels[i]);
        }

        return Compute(confidences, right);
    }

    /// <summary>Measures the calibration of predictions.</summary>
    /// <param name="confidences">The probability of each predicted class, 0 to 1.</param>
    /// <param name="right">Whether each prediction was right.</param>
    public static CalibrationCurve Compute(ReadOnlySpan<double> confidences, ReadOnlySpan<bool> right)
    {
        var (images, hits, sums) = (new int[BinCount], new int[BinCount], new double[BinCount]);
        for (var i = 0; i < confidences.Length; i++)
        {
            // A bin includes its upper bound, but not its lower one.
            var bin = Math.Clamp((int)Math.Ceiling(confidences[i] * BinCount) - 1, 0, BinCount - 1);
            images[bin]++;
            hits[bin] += right[i] ? 1 : 0;
            sums[bin] += confidences[i];
        }

        return new([
            .. Enumerable
                .Range(0, BinCount)
                .Select(i => new ReliabilityBin(
                    (double)i / BinCount,
                    (i + 1.0) / BinCount,
                    images[i],
                    images[i] == 0 ? 0 : sums[i] / images[i],
                    images[i] == 0 ? 0 : (double)hits[i] / images[i]
                )),
        ]);
    }
}
