using System.Buffers;
using System.Text;
using System.Text.Json;
using Graft.Layers.Inference;

namespace Graft.Training.Benchmarking;

/// <summary>Writes a benchmark's report as a JSON document.</summary>
public static class BackboneBenchmarkJson
{
    private static readonly JsonWriterOptions Options = new() { Indented = true };

    /// <summary>Writes a report.</summary>
    /// <param name="report">The report.</param>
    /// <returns>
    /// An object with <c>backbone</c>, <c>imageSize</c> (pixels), <c>batchSize</c>, <c>threads</c>,
    /// <c>imagesPerSecond</c> (median), <c>imagesPerSecondSpread</c>, <c>gflops</c>, <c>peakGflops</c>,
    /// <c>shareOfPeak</c> (1 is the peak), <c>peakMemoryMiB</c> (null if unknown), <c>memoryBeforeMiB</c>,
    /// <c>planSeconds</c>, <c>firstRunSeconds</c>, <c>rounds</c>, <c>operationsPerImage</c> (10^9), <c>numerics</c>;
    /// if layers were timed, also <c>memoryGBps</c> and <c>layers</c>.
    /// </returns>
    public static string Write(BackboneBenchmarkReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            json.WriteString("backbone", report.Backbone);
            json.WriteNumber("imageSize", report.ImageSize);
            json.WriteNumber("batchSize", report.BatchSize);
            json.WriteNumber("threads", report.Threads);
            json.WriteNumber("imagesPerSecond", Rounded(report.ImagesPerSecond.Median));
            WriteSpread(json, report.ImagesPerSecond);
            json.WriteNumber("gflops", Rounded(report.Gigaflops));
            json.WriteNumber("peakGflops", Rounded(report.PeakGigaflops));
            json.WriteNumber("shareOfPeak", Rounded(report.ShareOfPeak));
            if (report.PeakMemoryMebibytes is { } memory)
                json.WriteNumber("peakMemoryMiB", Rounded(memory));
            else
                json.WriteNull("peakMemoryMiB");
            json.WriteNumber("memoryBeforeMiB", Rounded(report.MemoryBeforeMebibytes));
            json.WriteNumber("planSeconds", Rounded(report.PlanSeconds));
            json.WriteNumber("firstRunSeconds", Rounded(report.FirstRunSeconds));
            json.WriteNumber("rounds", report.Rounds);
            json.WriteNumber("operationsPerImage", Rounded(report.GigaoperationsPerImage));
            json.WriteString("numerics", report.Numerics);
            if (report.MemoryGigabytesPerSecond is { } bandwidth)
                json.WriteNumber("memoryGBps", Rounded(bandwidth));
            if (report.Profile is { } profile)
                WriteLayers(json, profile, report.PeakGigaflops);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void WriteSpread(Utf8JsonWriter json, Spread spread)
    {
        json.WriteStartObject("imagesPerSecondSpread");
        json.WriteNumber("minimum", Rounded(spread.Minimum));
        json.WriteNumber("lowerQuartile", Rounded(spread.LowerQuartile));
        json.WriteNumber("upperQuartile", Rounded(spread.UpperQuartile));
        json.WriteNumber("maximum", Rounded(spread.Maximum));
        json.WriteEndObject();
    }

    private static void WriteLayers(Utf8JsonWriter json, PlanProfile profile, double peak)
    {
        json.WriteStartArray("layers");
        foreach (var step in profile.Steps)
        {
            json.WriteStartObject();
            json.WriteString("step", step.Description);
            json.WriteNumber("milliseconds", Rounded(step.Seconds * 1e3));
            json.WriteNumber("shareOfTime", Rounded(step.Seconds / profile.Seconds));
            json.WriteNumber("gflops", Rounded(step.GigaflopsPerSecond));
            json.WriteNumber("shareOfPeak", Rounded(step.GigaflopsPerSecond / peak));
            json.WriteNumber("gigabytesPerSecond", Rounded(step.GigabytesPerSecond));
            json.WriteNumber("operationsPerByte", Rounded(step.Intensity));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>Five significant digits: more would be noise.</summary>
    private static decimal Rounded(double value) =>
        decimal.Parse(
            value.ToString("G5", System.Globalization.CultureInfo.InvariantCulture),
            System.Globalization.NumberStyles.Float,
            System.Globalization.CultureInfo.InvariantCulture
        );
}
