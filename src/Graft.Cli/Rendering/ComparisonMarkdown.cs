using System.Globalization;
using System.Text;
using Graft.Training.Runs;

namespace Graft.Cli.Rendering;

/// <summary>What <c>graft compare</c> tells a person, in Markdown.</summary>
internal static class ComparisonMarkdown
{
    private const int ListedFlips = 50;

    /// <summary>Characters that Markdown, or HTML in it, takes for something else.</summary>
    private const string Special = "\\`*_{}[]<>#!|~&";

    /// <summary>Prints a comparison.</summary>
    public static void Print(TextWriter output, ComparisonReport report)
    {
        output.WriteLine("# Comparison");
        output.WriteLine();
        output.WriteLine($"- A: {Code(Format.Path(report.First))}");
        output.WriteLine($"- B: {Code(Format.Path(report.Second))}");
        var left = report.BadImages.Count > 0 ? $"; {Format.Count(report.BadImages.Count, "bad image")} left out" : "";
        var split = report.Split is null ? "" : $", split {Code(report.Split)}";
        output.WriteLine(
            $"- Data: {Code(Format.Path(report.Data))}{split}, {Format.Count(report.Images, "image")}{left}"
        );
        output.WriteLine();
        output.WriteLine($"**{Verdict(report)}**");
        output.WriteLine();
        PrintRow(output, "", "A", "B", "B - A");
        PrintRow(output, "---", "---:", "---:", "---:");
        PrintRow(
            output,
            "accuracy",
            Format.Share(report.FirstAccuracy),
            Format.Share(report.SecondAccuracy),
            $"{Signed(report.Difference)} ({Signed(report.DifferenceLow)} to {Signed(report.DifferenceHigh)})"
        );
        output.WriteLine();
        output.WriteLine(
            $"{Format.Count(report.BothRight, "image")} both get right, {Format.Count(report.OnlyFirstRight)} only "
                + $"A, {Format.Count(report.OnlySecondRight)} only B, {Format.Count(report.BothWrong)} neither. "
                + $"McNemar's test: p = {Format.Number(report.McNemarExact)} exactly, "
                + $"{Format.Number(report.McNemarCorrected)} by chi-square with correction for continuity "
                + $"({Format.Number(report.McNemarStatistic)}). "
                + "In brackets: 95 % by a paired bootstrap."
        );
        output.WriteLine();
        output.WriteLine("## Classes");
        output.WriteLine();
        PrintRow(output, "class", "images", "recall of A", "recall of B", "broken", "mended");
        PrintRow(output, "---", "---:", "---:", "---:", "---:", "---:");
        foreach (var change in report.PerClass)
            PrintRow(
                output,
                Text(change.Label),
                Format.Count(change.Images),
                Format.Share(change.FirstRecall),
                Format.Share(change.SecondRecall),
                Format.Count(change.Broken),
                Format.Count(change.Mended)
            );
        if (report.Flips.Count > 0)
            PrintFlips(output, report.Flips);
    }

    private static void PrintFlips(TextWriter output, IReadOnlyList<FlippedImage> flips)
    {
        output.WriteLine();
        output.WriteLine($"## Images that are called otherwise: {Format.Count(flips.Count)}");
        output.WriteLine();
        PrintRow(output, "image", "truth", "A", "B", "");
        PrintRow(output, "---", "---", "---", "---", "---");
        foreach (var flip in flips.Take(ListedFlips))
            PrintRow(
                output,
                Text(flip.Path),
                Text(flip.Truth),
                $"{Text(flip.First)} {Format.Percent(flip.FirstProbability)}",
                $"{Text(flip.Second)} {Format.Percent(flip.SecondProbability)}",
                flip.Kind switch
                {
                    FlipKind.Broken => "broken",
                    FlipKind.Mended => "mended",
                    _ => "both wrong",
                }
            );
        if (flips.Count > ListedFlips)
        {
            output.WriteLine();
            output.WriteLine($"{Format.Count(flips.Count - ListedFlips)} more: `--json` has all.");
        }
    }

    private static string Verdict(ComparisonReport report) =>
        (report.McNemarExact <= 0.05, report.Difference) switch
        {
            (true, > 0) => "B is better than A.",
            (true, _) => "B is worse than A.",
            _ => "No difference that chance does not explain.",
        };

    private static void PrintRow(TextWriter output, params string[] cells) =>
        output.WriteLine($"| {string.Join(" | ", cells)} |");

    private static string Signed(double value) =>
        value.ToString("+0.0000;-0.0000;0.0000", CultureInfo.InvariantCulture);

    /// <summary>A text that Markdown shows as it is: names of files and classes may hold anything.</summary>
    internal static string Text(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var letter in text)
        {
            if (Special.Contains(letter, StringComparison.Ordinal))
                escaped.Append('\\');
            escaped.Append(char.IsControl(letter) ? ' ' : letter);
        }

        return escaped.ToString();
    }

    /// <summary>A path as code; a path with a backtick as text.</summary>
    private static string Code(string text) =>
        text.AsSpan().ContainsAny('`', '|') || text.Any(char.IsControl) ? Text(text) : $"`{text}`";
}
