using System.Text.Json;
using Graft.Learning.Evaluation;
using Graft.Tensors;

namespace Graft.Learning.Tests.Evaluation;

public sealed class ClassificationMetricsTests
{
    private static readonly JsonElement[] Cases =
    [
        .. JsonDocument
            .Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Evaluation", "metrics.json")))
            .RootElement.EnumerateArray(),
    ];

    public static TheoryData<string> Names => [.. Cases.Select(item => item.GetProperty("name").GetString()!)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Figures_are_those_of_their_definitions(string name)
    {
        var expected = Cases.Single(item => item.GetProperty("name").GetString() == name);
        var rows = expected.GetProperty("p").EnumerateArray().Select(Doubles).ToArray();
        var labels = Doubles(expected.GetProperty("y")).Select(value => (int)value).ToArray();
        using var probabilities = Tensor.From(
            new Shape(rows.Length, rows[0].Length),
            [.. rows.SelectMany(row => row).Select(value => (float)value)]
        );
        var metrics = ClassificationMetrics.OfProbabilities(probabilities, labels);
        Assert.Equal(labels.Length, metrics.Images);
        Assert.Equal(expected.GetProperty("accuracy").GetDouble(), metrics.Accuracy, 1e-12);
        Assert.Equal(expected.GetProperty("top5").GetDouble(), metrics.Top5, 1e-12);
        Assert.Equal(expected.GetProperty("loss").GetDouble(), metrics.Loss, 1e-6);
        Assert.Equal(
            expected.GetProperty("confusion").EnumerateArray().Select(row => Doubles(row).Select(value => (int)value)),
            metrics.Confusion
        );
        foreach (
            var (figures, actual) in expected
                .GetProperty("perClass")
                .EnumerateArray()
                .Select(Doubles)
                .Zip(metrics.PerClass)
        )
        {
            Assert.Equal(figures[0], actual.Precision, 1e-12);
            Assert.Equal(figures[1], actual.Recall, 1e-12);
            Assert.Equal(figures[2], actual.F1, 1e-12);
            Assert.Equal(figures[3], actual.Support);
        }
    }

    [Fact]
    public void Of_equal_probabilities_the_first_class_counts()
    {
        using var probabilities = Tensor.From(new Shape(2, 6), [.. Enumerable.Repeat(1f / 6, 12)]);
        var metrics = ClassificationMetrics.OfProbabilities(probabilities, [0, 5]);
        Assert.Equal(0.5, metrics.Accuracy);
        Assert.Equal(0.5, metrics.Top5);
    }

    [Fact]
    public void A_confident_error_costs_much_but_not_everything()
    {
        using var probabilities = Tensor.From(new Shape(1, 2), [1, 0]);
        Assert.Equal(-Math.Log(1e-15), ClassificationMetrics.OfProbabilities(probabilities, [1]).Loss, 1e-9);
    }

    [Fact]
    public void Logits_are_measured_by_their_softmax_however_large_they_are()
    {
        using var logits = Tensor.From(new Shape(3, 3), [1000, 999, 0, -5000, -5001, -5000, 0, 0, 0]);
        var metrics = ClassificationMetrics.OfLogits(logits, [0, 2, 1]);
        var first = Math.Log(1 + Math.Exp(-1));
        var second = Math.Log(2 + Math.Exp(-1));
        Assert.Equal((first + second + Math.Log(3)) / 3, metrics.Loss, 1e-6);
        Assert.Equal(1.0 / 3, metrics.Accuracy, 1e-12);
        Assert.Equal([1000, 999, 0, -5000, -5001, -5000, 0, 0, 0], logits.Span.ToArray());
    }

    [Theory]
    [InlineData(0, float.NaN)]
    [InlineData(1, float.NaN)]
    [InlineData(1, float.PositiveInfinity)]
    public void What_is_not_a_number_is_an_error_and_never_a_right_answer(int place, float value)
    {
        using var values = Tensor.From(new Shape(1, 3), [0.2f, 0.3f, 0.5f]);
        values.Span[place] = value;
        Assert.Throws<ArithmeticException>(() => ClassificationMetrics.OfProbabilities(values, [0]));
        Assert.Throws<ArithmeticException>(() => ClassificationMetrics.OfLogits(values, [0]));
    }

    [Fact]
    public void Labels_that_do_not_fit_are_refused()
    {
        using var values = Tensor.From(new Shape(2, 2), [0.5f, 0.5f, 1, 0]);
        Assert.Throws<ArgumentException>(() => ClassificationMetrics.OfProbabilities(values, []));
        Assert.Throws<ArgumentException>(() => ClassificationMetrics.OfProbabilities(values, [0]));
        Assert.Throws<ArgumentException>(() => ClassificationMetrics.OfProbabilities(values, [0, 2]));
        Assert.Throws<ArgumentException>(() => ClassificationMetrics.OfProbabilities(values, [0, -1]));
    }

    private static double[] Doubles(JsonElement array) =>
        [.. array.EnumerateArray().Select(value => value.GetDouble())];
}
