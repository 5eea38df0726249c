using System.Globalization;
using System.Text;
using Graft.Training.Benchmarking;

namespace Graft.Benchmarks.Peers;

/// <summary>Results as a Markdown table.</summary>
internal static class PeerTable
{
    public static string Of(IReadOnlyList<PeerResult> results)
    {
        var text = new StringBuilder();
        text.AppendLine(
            "| case | program | images/s: median (min to max) | GFLOP/s | of peak | Graft is faster by: median (min "
                + "to max) | relative error | load s | peak MiB | MiB after |"
        );
        text.AppendLine("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |");
        foreach (var result in results)
        {
            foreach (var program in result.Programs)
            {
                var rate = program.ImagesPerSecond.Median * result.GigaoperationsPerImage;
                text.Append(
                    CultureInfo.InvariantCulture,
                    $"| {result.Case} | {program.Name} {program.Version} | {Text(program.ImagesPerSecond)} | "
                        + $"{rate:F1} | {rate / result.PeakGigaflops:P0} "
                );
                var error = program.RelativeError.ToString("G2", CultureInfo.InvariantCulture);
                text.Append(
                    CultureInfo.InvariantCulture,
                    $"| {(program.GraftRatio is { } ratio ? Text(ratio) : "")} | "
                        + $"{(program.GraftRatio is null ? "" : error)} "
                );
                text.AppendLine(
                    CultureInfo.InvariantCulture,
                    $"| {program.LoadSeconds:F2} | {program.PeakMemoryMebibytes:F0} | {program.MemoryMebibytes:F0} |"
                );
            }
        }

        AddScaling(text, results);
        return text.ToString();
    }

    /// <summary>How much faster programs are on more threads, for cases that differ in nothing else.</summary>
    private static void AddScaling(StringBuilder text, IReadOnlyList<PeerResult> results)
    {
        var pairs =
            from more in results
            from less in results
            let many = PeerCase.Parse(more.Case)
            let few = PeerCase.Parse(less.Case)
            where many.Threads > few.Threads && many == few with { Threads = many.Threads }
            select (many, few, more, less);
        var any = false;
        foreach (var (many, few, more, less) in pairs)
        {
            if (!any)
                text.AppendLine()
                    .AppendLine("| case | program | faster than on fewer threads by (medians) |")
                    .AppendLine("| --- | --- | --- |");
            any = true;
            foreach (var (program, other) in more.Programs.Zip(less.Programs))
                text.AppendLine(
                    CultureInfo.InvariantCulture,
                    $"| {many.Name} over t{few.Threads} | {program.Name} | "
                        + $"{program.ImagesPerSecond.Median / other.ImagesPerSecond.Median:F2} |"
                );
        }
    }

    private static string Text(Spread spread) =>
        string.Create(CultureInfo.InvariantCulture, $"{spread.Median:F2} ({spread.Minimum:F2} to {spread.Maximum:F2})");
}
