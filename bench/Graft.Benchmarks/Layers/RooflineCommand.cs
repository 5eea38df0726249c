using System.Globalization;
using Graft.Layers.Inference;
using Graft.Training.Benchmarking;

namespace Graft.Benchmarks.Layers;

/// <summary>
/// Writes a Markdown table of a trunk's steps against the roofline: the machine's peak where a step has enough
/// operations for each byte, its memory's rate times operations for each byte where it has not.
/// </summary>
internal static class RooflineCommand
{
    private const string Usage = "Usage: Graft.Benchmarks roofline BACKBONE [IMAGE-SIZE [BATCH-SIZE [THREADS]]]";

    public static int Run(string[] arguments)
    {
        var numbers = new List<int>();
        if (
            arguments.Length is < 1 or > 4
            || !arguments.Skip(1).All(text => int.TryParse(text, out var number) && number >= 0 && Add(numbers, number))
        )
        {
            Console.Error.WriteLine(Usage);
            return 2;
        }

        var report = BackboneBenchmark.Run(
            new BackboneBenchmarkRequest
            {
                Backbone = new() { Name = arguments[0] },
                ImageSize = numbers.ElementAtOrDefault(0) is var size and > 0 ? size : 224,
                BatchSize = numbers.ElementAtOrDefault(1) is var batch and > 0 ? batch : 16,
                Threads = numbers.ElementAtOrDefault(2),
                Rounds = 5,
                PerLayer = true,
            }
        );
        Console.WriteLine(Table(report));
        return 0;

        static bool Add(List<int> list, int number)
        {
            list.Add(number);
            return true;
        }
    }

    private static string Table(BackboneBenchmarkReport report)
    {
        var (peak, memory, profile) = (report.PeakGigaflops, report.MemoryGigabytesPerSecond!.Value, report.Profile!);
        var lines = new List<string>
        {
            string.Create(
                CultureInfo.InvariantCulture,
                $"{report.Backbone} at {report.ImageSize}, batch {report.BatchSize}, {report.Threads} threads: "
                    + $"{report.ImagesPerSecond.Median:F2} images/s; peak {peak:F0} GFLOP/s, memory {memory:F1} "
                    + $"GB/s, ridge at {peak / memory:F1} operations a byte."
            ),
            "",
            "| step | ms | of time | GFLOP/s | operations a byte | bound by | roof GFLOP/s | of roof |",
            "| --- | --- | --- | --- | --- | --- | --- | --- |",
        };
        lines.AddRange(profile.Steps.Select(step => Line(step, profile.Seconds, peak, memory)));
        return string.Join('\n', lines);
    }

    private static string Line(StepProfile step, double all, double peak, double memory)
    {
        var start = string.Create(
            CultureInfo.InvariantCulture,
            $"| {step.Description} | {step.Seconds * 1e3:F2} | {step.Seconds / all:P1} "
        );
        if (step.Operations == 0)
            return start
                + string.Create(
                    CultureInfo.InvariantCulture,
                    $"| | | memory | {step.GigabytesPerSecond:F1} GB/s | {step.GigabytesPerSecond / memory:P0} |"
                );
        var roof = Math.Min(peak, memory * step.Intensity);
        return start
            + string.Create(
                CultureInfo.InvariantCulture,
                $"| {step.GigaflopsPerSecond:F1} | {step.Intensity:F1} | {(roof < peak ? "memory" : "arithmetic")} "
                    + $"| {roof:F0} | {step.GigaflopsPerSecond / roof:P0} |"
            );
    }
}
