using System.Text.Json;
using Graft.Learning.Calibration;
using Graft.Learning.Evaluation;
using Graft.Tensors;
using Graft.Training.Measurement;

namespace Graft.Training.Tests.Measurement;

/// <summary>Figures against scikit-learn's and SciPy's.</summary>
public sealed class EvaluationTests
{
    private static readonly JsonElement Expected = JsonDocument
        .Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Measurement", "evaluation.json")))
        .RootElement;

    public static TheoryData<string> Splits =>
        [.. Expected.GetProperty("splits").EnumerateArray().Select(item => item.GetProperty("name").GetString()!)];

    public static TheoryData<string> Temperatures =>
        [
            .. Expected
                .GetProperty("temperatures")
                .EnumerateArray()
                .Select(item => item.GetProperty("name").GetString()!),
        ];

    [Theory]
    [MemberData(nameof(Splits))]
    public void Figures_are_those_of_scikit_learn(string name)
    {
        var expected = Find("splits", name);
        var metrics = Measure(expected, null);
        Assert.Equal(Number("accuracy"), metrics.Accuracy, 1e-12);
        Assert.Equal(Number("balanced"), metrics.BalancedAccuracy, 1e-12);
        Assert.Equal(Number("top5"), metrics.Top5, 1e-12);
        Assert.Equal(Number("loss"), metrics.Loss, 1e-9);
        Assert.Equal(
            Doubles(expected.GetProperty("macro")),
            [metrics.MacroPrecision, metrics.MacroRecall, metrics.MacroF1],
            Close
        );
        foreach (
            var (figures, actual) in expected
                .GetProperty("perClass")
                .EnumerateArray()
                .Select(Doubles)
                .Zip(metrics.PerClass)
        )
            Assert.Equal(figures, [actual.Precision, actual.Recall, actual.F1, actual.Support], Close);
        Assert.Equal(
            expected.GetProperty("confusion").EnumerateArray().Select(row => Doubles(row).Select(value => (int)value)),
            metrics.Confusion
        );

        var bins = metrics.Calibration.Bins;
        Assert.Equal(Doubles(expected.GetProperty("binImages")), bins.Select(bin => (double)bin.Images));
        Assert.Equal(
            Doubles(expected.GetProperty("binAccuracies")),
            bins.Where(bin => bin.Images > 0).Select(bin => bin.Accuracy),
            Close
        );
        Assert.Equal(
            Doubles(expected.GetProperty("binConfidences")),
            bins.Where(bin => bin.Images > 0).Select(bin => bin.Confidence),
            Close
        );
        Assert.Equal(Number("calibrationError"), metrics.Calibration.ExpectedError, 1e-9);

        double Number(string key) => expected.GetProperty(key).GetDouble();
    }

    [Theory]
    [MemberData(nameof(Splits))]
    public void Every_interval_holds_its_figure(string name)
    {
        var metrics = Measure(Find("splits", name), null);
        var intervals = metrics.Intervals;
        Assert.All(
            new[]
            {
                (metrics.Accuracy, intervals.Accuracy),
                (metrics.Top5, intervals.Top5),
                (metrics.BalancedAccuracy, intervals.BalancedAccuracy),
                (metrics.MacroPrecision, intervals.MacroPrecision),
                (metrics.MacroRecall, intervals.MacroRecall),
                (metrics.MacroF1, intervals.MacroF1),
            },
            pair =>
                Assert.True(
                    pair.Item2.Low <= pair.Item1 && pair.Item1 <= pair.Item2.High && pair.Item2.Low < pair.Item2.High,
                    $"{pair}"
                )
        );
        Assert.Equal(metrics.Images == 1, intervals.Loss is null);
        Assert.All(metrics.PerClass, item =>
            Assert.InRange(item.Recall, item.RecallInterval.Low, item.RecallInterval.High)
        );
    }

    [Theory]
    [MemberData(nameof(Temperatures))]
    public void Temperatures_are_those_that_SciPy_finds(string name)
    {
        var expected = Find("temperatures", name);
        float[][] logits =
        [
            .. expected
                .GetProperty("logits")
                .EnumerateArray()
                .Select(row => Array.ConvertAll(Doubles(row), value => (float)value)),
        ];
        int[] labels = [.. Doubles(expected.GetProperty("y")).Select(value => (int)value)];
        Assert.Equal(1, expected.GetProperty("temperature").GetDouble() / TemperatureScaling.Fit(logits, labels), 1e-4);
    }

    [Fact]
    public void Wilson_intervals_are_those_of_SciPy()
    {
        foreach (var row in Expected.GetProperty("intervals").EnumerateArray().Select(Doubles))
        {
            var interval = ConfidenceInterval.OfShare((int)row[0], (int)row[1]);
            Assert.Equal(row[2], interval.Low, 1e-12);
            Assert.Equal(row[3], interval.High, 1e-12);
        }

        Assert.Equal(new ConfidenceInterval(0, 1), ConfidenceInterval.OfShare(0, 0));
    }

    [Theory]
    [InlineData(0.9, 200)]
    [InlineData(0.97, 50)]
    public void Of_a_hundred_intervals_some_ninety_five_hold_the_true_share(double share, int images)
    {
        var random = new DeterministicRandom(1);
        var held = 0;
        const int Repeats = 2000;
        for (var repeat = 0; repeat < Repeats; repeat++)
        {
            var hits = Enumerable.Range(0, images).Count(_ => random.NextDouble() < share);
            var (low, high) = ConfidenceInterval.OfShare(hits, images);
            held += low <= share && share <= high ? 1 : 0;
        }

        Assert.InRange(held / (double)Repeats, 0.93, 0.985);
    }

    [Fact]
    public void The_interval_of_a_balanced_accuracy_holds_it_as_often_as_it_says()
    {
        var random = new DeterministicRandom(2);
        (double Share, int Images)[] classes = [(0.95, 40), (0.8, 20), (0.99, 30)];
        var truth = classes.Average(item => item.Share);
        var held = 0;
        for (var repeat = 0; repeat < 2000; repeat++)
        {
            var (low, high) = ConfidenceInterval.OfMeanShare([
                .. classes.Select(item =>
                    (Enumerable.Range(0, item.Images).Count(_ => random.NextDouble() < item.Share), item.Images)
                ),
            ]);
            held += low <= truth && truth <= high ? 1 : 0;
        }

        Assert.InRange(held / 2000.0, 0.92, 0.99);
    }

    [Fact]
    public void What_was_worth_most_is_listed_first()
    {
        using var probabilities = Tensor.From(
            new Shape(5, 3),
            [0.7f, 0.2f, 0.1f, 0.1f, 0.8f, 0.1f, 0.05f, 0.9f, 0.05f, 0.3f, 0.6f, 0.1f, 0, 0, 1]
        );
        ImagePrediction[] predictions = ImagePrediction.From(probabilities, ["a", "b", "c", "d", "e"], [0, 0, 0, 1, 1]);
        var metrics = SplitMeasurement.Compute(probabilities, predictions, ["x", "y", "z"], [7, 8, 9], null);
        Assert.Equal(["e", "c", "b"], metrics.WorstErrors.Select(error => error.Path));
        Assert.Equal(new ClassificationError("e", "y", "z", 1, -Math.Log(1e-15)), metrics.WorstErrors[0]);
        Assert.Equal(
            [new ConfusedPair("x", "y", 2, 2.0 / 3), new ConfusedPair("y", "z", 1, 0.5)],
            metrics.ConfusedPairs
        );
        Assert.Equal([7, 8, 9], metrics.PerClass.Select(item => item.TrainingImages));
    }

    [Fact]
    public void What_would_be_without_the_temperature_is_worked_out_from_what_is_with_it()
    {
        float[] logits = [2, -1, 0.5f, 0, 3, 1];
        using var raw = Tensor.From(new Shape(2, 3), logits);
        using var scaled = Tensor.From(new Shape(2, 3), Array.ConvertAll(logits, value => value / 2.5f));
        using var probabilities = Tensor.Uninitialized(raw.Shape);
        for (var i = 0; i < 2; i++)
            Layers.Activations.Softmax.Apply(scaled.Rows(i), probabilities.Rows(i));
        var metrics = SplitMeasurement.Compute(
            probabilities,
            ImagePrediction.From(probabilities, ["a", "b"], [1, 1]),
            ["x", "y", "z"],
            null,
            2.5
        );
        Assert.Equal(
            ClassificationMetrics.OfLogits(raw, [1, 1]).Loss,
            metrics.Calibration.LossWithoutTemperature!.Value,
            1e-6
        );
    }

    /// <summary>
    /// The highest temperature that is set, and so many classes that the power of each probability alone is below the
    /// smallest number.
    /// </summary>
    [Fact]
    public void A_thousand_classes_that_are_about_equally_likely_are_measured_without_the_temperature_too()
    {
        const int Classes = 1000;
        var temperature = Math.Exp(5);
        var random = new DeterministicRandom(3);
        using var raw = Tensor.Uninitialized(new Shape(2, Classes));
        foreach (ref var logit in raw.Span)
            logit = (float)(3 * random.NextDouble());
        using var probabilities = Tensor.Uninitialized(raw.Shape);
        for (var i = 0; i < 2; i++)
            Layers.Activations.Softmax.Apply(
                Array.ConvertAll(raw.Rows(i).ToArray(), logit => (float)(logit / temperature)),
                probabilities.Rows(i)
            );
        var metrics = SplitMeasurement.Compute(
            probabilities,
            ImagePrediction.From(probabilities, ["a", "b"], [7, 3]),
            [.. Enumerable.Range(0, Classes).Select(c => $"{c}")],
            null,
            temperature
        );
        // Probabilities have seven digits, and their power 148 a hundred times the error.
        Assert.Equal(
            ClassificationMetrics.OfLogits(raw, [7, 3]).Loss,
            metrics.Calibration.LossWithoutTemperature!.Value,
            1e-4
        );
    }

    private static SplitMetrics Measure(JsonElement expected, double? temperature)
    {
        var rows = expected.GetProperty("p").EnumerateArray().Select(Doubles).ToArray();
        int[] labels = [.. Doubles(expected.GetProperty("y")).Select(value => (int)value)];
        using var probabilities = Tensor.From(
            new Shape(rows.Length, rows[0].Length),
            [.. rows.SelectMany(row => row).Select(value => (float)value)]
        );
        string[] names = [.. labels.Select((_, i) => $"{i}")];
        return SplitMeasurement.Compute(
            probabilities,
            ImagePrediction.From(probabilities, names, labels),
            [.. Enumerable.Range(0, rows[0].Length).Select(c => $"class {c}")],
            null,
            temperature
        );
    }

    private static bool Close(double expected, double actual) => Math.Abs(expected - actual) < 1e-9;

    private static JsonElement Find(string list, string name) =>
        Expected.GetProperty(list).EnumerateArray().Single(item => item.GetProperty("name").GetString() == name);

    private static double[] Doubles(JsonElement array) =>
        [.. array.EnumerateArray().Select(value => value.GetDouble())];
}
