using System.Globalization;
using System.Text;
using Graft.Training.Runs;

namespace Graft.Cli.Rendering;

/// <summary>Prints the result of <c>graft compare</c> as Markdown.</summary>
internal static class ComparisonMarkdown
{
    private const int ListedFlips = 50;

    /// <summary>Characters with a special meaning in Markdown or in HTML inside it.</summary>
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
            $"Predicted correctly: {Format.Count(report.BothRight, "image")} by both, "
                + $"{Format.Count(report.OnlyFirstRight)} only by A, {Format.Count(report.OnlySecondRight)} only by B, "
                + $"{Format.Count(report.BothWrong)} by neither. "
                + $"McNemar's test: p = {Format.Number(report.McNemarExact)} (exact), "
                + $"{Format.Number(report.McNemarCorrected)} (chi-square with continuity correction, statistic "
                + $"{Format.Number(report.McNemarStatistic)}). "
                + "In the table, in parentheses: the 95 % interval from a paired bootstrap."
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
        output.WriteLine($"## Images with different predictions: {Format.Count(flips.Count)}");
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
            output.WriteLine($"{Format.Count(flips.Count - ListedFlips)} more; `--json` lists all.");
        }
    }

    private static string Verdict(ComparisonReport report) =>
        (report.McNemarExact <= 0.05, report.Difference) switch
        {
            (true, > 0) => "B is better than A.",
            (true, _) => "B is worse than A.",
            _ => "No significant difference.",
        };

    private static void PrintRow(TextWriter output, params string[] cells) =>
        output.WriteLine($"| {string.Join(" | ", cells)} |");

    private static string Signed(double value) =>
        value.ToString("+0.0000;-0.0000;0.0000", CultureInfo.InvariantCulture);

    /// <summary>
    /// Escapes a text so that Markdown shows it unchanged: names of files and classes may contain any character.
    /// </summary>
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

    /// <summary>
    /// Formats a path as code; as escaped text if it contains a backtick, a vertical bar or a control character.
    /// </summary>
    private static string Code(string text) =>
        text.AsSpan().ContainsAny('`', '|') || text.Any(char.IsControl) ? Text(text) : $"`{text}`";
}
