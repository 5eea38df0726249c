using Graft.Learning.Evaluation;
using Graft.Tensors;

namespace Graft.Training.Measurement;

/// <summary>Computes the metrics of a split from a classifier's predictions.</summary>
internal static class SplitMeasurement
{
    private const int ListedPairs = 20;

    private const int ListedErrors = 50;

    /// <summary>Computes the metrics of a split.</summary>
    /// <param name="probabilities">The probabilities, <c>[images, classes]</c>.</param>
    /// <param name="predictions">The same probabilities with names and labels.</param>
    /// <param name="classNames">The class names.</param>
    /// <param name="trainingImages">The number of training images of each class; null if not known.</param>
    /// <param name="temperature">The divisor of the logits; null if not known.</param>
    public static SplitMetrics Compute(
        Tensor probabilities,
        IReadOnlyList<ImagePrediction> predictions,
        IReadOnlyList<string> classNames,
        IReadOnlyList<int>? trainingImages,
        double? temperature
    )
    {
        int[] labels = [.. predictions.Select(prediction => prediction.Label)];
        var metrics = ClassificationMetrics.OfProbabilities(probabilities, labels);
        return new SplitMetrics
        {
            Images = metrics.Images,
            Accuracy = metrics.Accuracy,
            Top5 = metrics.Top5,
            Loss = metrics.Loss,
            BalancedAccuracy = metrics.BalancedAccuracy,
            MacroPrecision = metrics.MacroPrecision,
            MacroRecall = metrics.MacroRecall,
            MacroF1 = metrics.MacroF1,
            Intervals = Intervals(metrics, predictions),
            Calibration = Calibration(probabilities, predictions, labels, temperature),
            PerClass =
            [
                .. metrics.PerClass.Select(
                    (figures, c) =>
                        new LabelMetrics(
                            classNames[c],
                            figures.Precision,
                            figures.Recall,
                            figures.F1,
                            figures.Support,
                            ConfidenceInterval.OfShare(metrics.Confusion[c][c], figures.Support),
                            trainingImages?[c]
                        )
                ),
            ],
            Confusion = metrics.Confusion,
            ConfusedPairs = Pairs(metrics, classNames),
            WorstErrors = Errors(predictions, classNames),
        };
    }

    private static MetricIntervals Intervals(ClassificationMetrics metrics, IReadOnlyList<ImagePrediction> predictions)
    {
        var classes = metrics.Confusion.Count;
        int[] called = [.. Enumerable.Range(0, classes).Select(c => metrics.Confusion.Sum(row => row[c]))];
        var occurring = Enumerable
            .Range(0, classes)
            .Where(c => called[c] > 0 || metrics.PerClass[c].Support > 0)
            .ToArray();
        var balanced = ConfidenceInterval.OfMeanShare([
            .. occurring
                .Where(c => metrics.PerClass[c].Support > 0)
                .Select(c => (metrics.Confusion[c][c], metrics.PerClass[c].Support)),
        ]);
        var loss = ConfidenceInterval.OfMean([.. predictions.Select(prediction => prediction.Loss)]);
        return new(
            OfShare(metrics.Accuracy),
            OfShare(metrics.Top5),
            loss is { } interval ? interval with { Low = Math.Max(0, interval.Low) } : null,
            balanced,
            ConfidenceInterval.OfMeanShare([.. occurring.Select(c => (metrics.Confusion[c][c], called[c]))]),
            ConfidenceInterval.OfMeanShare([
                .. occurring.Select(c => (metrics.Confusion[c][c], metrics.PerClass[c].Support)),
            ]),
            metrics.Accuracy == 1
                ? balanced
                : Bootstrap.Percentile(predictions.Count, drawn => MacroF1(predictions, drawn, classes))
        );

        ConfidenceInterval OfShare(double share) =>
            ConfidenceInterval.OfShare((int)Math.Round(share * metrics.Images), metrics.Images);
    }

    private static double MacroF1(IReadOnlyList<ImagePrediction> predictions, int[] drawn, int classes)
    {
        var (hits, cases) = (new int[classes], new int[classes]);
        foreach (var i in drawn)
        {
            var (truth, called) = (predictions[i].Label, predictions[i].Called);
            hits[truth] += truth == called ? 1 : 0;
            cases[truth]++;
            cases[called]++;
        }

        var (sum, occurring) = (0.0, 0);
        for (var c = 0; c < classes; c++)
        {
            if (cases[c] == 0)
                continue;
            occurring++;
            // cases[c] counts true and predicted images of the class, so this is the harmonic mean of precision and
            // recall.
            sum += 2.0 * hits[c] / cases[c];
        }

        return sum / occurring;
    }

    private static CalibrationReport Calibration(
        Tensor probabilities,
        IReadOnlyList<ImagePrediction> predictions,
        int[] labels,
        double? temperature
    )
    {
        var curve = CalibrationCurve.Compute(probabilities, labels);
        double[] confidences =
        [
            .. predictions.Select(prediction => (double)prediction.Probabilities[prediction.Called]),
        ];
        bool[] right = [.. predictions.Select(prediction => prediction.Called == prediction.Label)];
        var interval = Bootstrap.Reflected(curve.ExpectedError, labels.Length, drawn =>
            CalibrationCurve
                .Compute(Array.ConvertAll(drawn, i => confidences[i]), Array.ConvertAll(drawn, i => right[i]))
                .ExpectedError
        );
        var report = new CalibrationReport(curve.ExpectedError, interval, curve.Bins);
        if (temperature is not { } divisor)
            return report;

        // Scaling logits by a factor raises their softmax to that power, up to normalisation.
        using var before = Tensor.Uninitialized(probabilities.Shape);
        for (var i = 0; i < labels.Length; i++)
            Sharpen(probabilities.Rows(i), before.Rows(i), divisor);
        return report with
        {
            LossWithoutTemperature = ClassificationMetrics.OfProbabilities(before, labels).Loss,
            ExpectedErrorWithoutTemperature = CalibrationCurve.Compute(before, labels).ExpectedError,
        };
    }

    private static void Sharpen(ReadOnlySpan<float> probabilities, Span<float> powers, double exponent)
    {
        // With many equally likely classes every power might underflow. Relative to the largest probability, at least
        // one power is 1.
        var largest = 0.0f;
        foreach (var probability in probabilities)
            largest = Math.Max(largest, probability);
        var sum = 0.0;
        foreach (var probability in probabilities)
            sum += Math.Pow((double)probability / largest, exponent);
        for (var c = 0; c < powers.Length; c++)
            powers[c] = (float)(Math.Pow((double)probabilities[c] / largest, exponent) / sum);
    }

    private static ConfusedPair[] Pairs(ClassificationMetrics metrics, IReadOnlyList<string> classNames) =>
        [
            .. metrics
                .Confusion.SelectMany(
                    (row, truth) => row.Select((images, called) => (Truth: truth, Called: called, Images: images))
                )
                .Where(pair => pair.Truth != pair.Called && pair.Images > 0)
                .OrderByDescending(pair => pair.Images)
                .Take(ListedPairs)
                .Select(pair => new ConfusedPair(
                    classNames[pair.Truth],
                    classNames[pair.Called],
                    pair.Images,
                    (double)pair.Images / metrics.PerClass[pair.Truth].Support
                )),
        ];

    private static ClassificationError[] Errors(
        IReadOnlyList<ImagePrediction> predictions,
        IReadOnlyList<string> classNames
    ) =>
        [
            .. predictions
                .Where(prediction => prediction.Called != prediction.Label)
                .OrderByDescending(prediction => prediction.Loss)
                .Take(ListedErrors)
                .Select(prediction => new ClassificationError(
                    prediction.Name,
                    classNames[prediction.Label],
                    classNames[prediction.Called],
                    prediction.Probabilities[prediction.Called],
                    prediction.Loss
                )),
        ];
}
