using System.Globalization;
using Graft.Training.Benchmarking;

namespace Graft.Cli.Rendering;

/// <summary>Prints the result of <c>graft benchmark</c>.</summary>
internal static class BenchmarkRendering
{
    /// <summary>Prints the measurements.</summary>
    public static void Print(TextWriter output, BackboneBenchmarkReport report)
    {
        var culture = CultureInfo.InvariantCulture;
        var rate = report.ImagesPerSecond;
        if (report.Profile is { } profile)
            output.WriteLine(profile.ToText(report.PeakGigaflops));
        var facts = new FactList(output);
        facts.Add(
            "Network",
            $"{report.Backbone} at {report.ImageSize}x{report.ImageSize}, batch {report.BatchSize}, "
                + $"{Format.Count(report.Threads, "thread")}, {report.Numerics}"
        );
        facts.Add(
            "Images/s",
            string.Create(
                culture,
                $"{rate.Median:F2} (median of {report.Rounds}; quartiles {rate.LowerQuartile:F2} and "
                    + $"{rate.UpperQuartile:F2}, from {rate.Minimum:F2} to {rate.Maximum:F2})"
            )
        );
        facts.Add(
            "GFLOP/s",
            string.Create(
                culture,
                $"{report.Gigaflops:F1}, {Format.Percent(report.ShareOfPeak)} of this machine's peak of "
                    + $"{report.PeakGigaflops:F1}"
            )
        );
        if (report.MemoryGigabytesPerSecond is { } memory)
            facts.Add("Memory", string.Create(culture, $"{memory:F1} GB/s read"));
        facts.Add(
            "Peak memory",
            report.PeakMemoryMebibytes is { } peak
                ? string.Create(
                    culture,
                    $"{peak:F0} MiB, {report.MemoryBeforeMebibytes:F0} MiB of it before compilation"
                )
                : "unknown"
        );
        facts.Add("Plan", $"{Format.Seconds(report.PlanSeconds)}; first run {Format.Seconds(report.FirstRunSeconds)}");
        facts.Print();
    }
}
