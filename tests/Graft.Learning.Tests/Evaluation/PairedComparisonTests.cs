using System.Text.Json;
using Graft.Learning.Evaluation;

namespace Graft.Learning.Tests.Evaluation;

/// <summary>Comparisons of answers with scipy's tests and exact quantiles; make_comparison.py made them.</summary>
public sealed class PairedComparisonTests
{
    private static readonly JsonElement[] Cases =
    [
        .. JsonDocument
            .Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Evaluation", "comparison.json")))
            .RootElement.EnumerateArray(),
    ];

    public static TheoryData<int> Numbers => [.. Enumerable.Range(0, Cases.Length)];

    [Theory]
    [MemberData(nameof(Numbers))]
    public void McNemars_test_is_scipys(int number)
    {
        var (golden, counts) = Case(number);
        RequireClose(golden.GetProperty("exact").GetDouble(), McNemarTest.Exact(counts[1], counts[2]));
        RequireClose(golden.GetProperty("exact").GetDouble(), McNemarTest.Exact(counts[2], counts[1]));
        var (statistic, corrected) = McNemarTest.Corrected(counts[1], counts[2]);
        RequireClose(golden.GetProperty("statistic").GetDouble(), statistic);
        RequireClose(golden.GetProperty("corrected").GetDouble(), corrected);
    }

    [Theory]
    [MemberData(nameof(Numbers))]
    public void Counts_and_interval_are_those_of_the_answers(int number)
    {
        var (golden, counts) = Case(number);
        var first = Answers(counts, true, true, false, false);
        var second = Answers(counts, true, false, true, false);
        var comparison = PairedComparison.Compute(first, second, 1);
        Assert.Equal(
            (counts[0], counts[1], counts[2], counts[3]),
            (comparison.BothRight, comparison.OnlyFirst, comparison.OnlySecond, comparison.BothWrong)
        );
        Assert.Equal(first.Count(right => right) / (double)first.Length, comparison.FirstAccuracy);
        Assert.Equal(second.Count(right => right) / (double)first.Length, comparison.SecondAccuracy);
        Assert.Equal(comparison.SecondAccuracy - comparison.FirstAccuracy, comparison.Difference, 12);

        // Ten thousand draws leave quantiles where they are, give or take a fiftieth of the interval and one image.
        var (low, high) = (golden.GetProperty("low").GetDouble(), golden.GetProperty("high").GetDouble());
        var leeway = (1.0 / first.Length) + ((high - low) / 50);
        Assert.InRange(comparison.Interval.Low, low - leeway, low + leeway);
        Assert.InRange(comparison.Interval.High, high - leeway, high + leeway);
    }

    [Fact]
    public void The_same_seed_gives_the_same_interval()
    {
        int[] counts = [150, 31, 12, 7];
        var (first, second) = (Answers(counts, true, true, false, false), Answers(counts, true, false, true, false));
        Assert.Equal(PairedComparison.Compute(first, second, 5), PairedComparison.Compute(first, second, 5));
        Assert.Equal(
            -PairedComparison.Compute(first, second, 5).Difference,
            PairedComparison.Compute(second, first, 5).Difference
        );
    }

    [Fact]
    public void What_cannot_be_compared_is_refused()
    {
        Assert.Throws<ArgumentException>(() => PairedComparison.Compute([], [], 0));
        Assert.Throws<ArgumentException>(() => PairedComparison.Compute([true], [true, false], 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => McNemarTest.Exact(-1, 2));
    }

    [Fact]
    public void Counts_of_millions_are_no_trouble()
    {
        Assert.InRange(McNemarTest.Exact(1_000_000, 1_000_000), 0.999, 1);
        Assert.Equal(0, McNemarTest.Exact(0, 5000));
    }

    private static (JsonElement Golden, int[] Counts) Case(int number) =>
        (Cases[number], [.. Cases[number].GetProperty("counts").EnumerateArray().Select(count => count.GetInt32())]);

    private static bool[] Answers(int[] counts, params bool[] rights) =>
        [.. counts.SelectMany((count, i) => Enumerable.Repeat(rights[i], count))];

    private static void RequireClose(double expected, double actual) =>
        Assert.InRange(actual, expected - (1e-9 * expected) - 1e-15, expected + (1e-9 * expected) + 1e-15);
}
