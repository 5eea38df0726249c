using System.Globalization;
using System.Text;

namespace Graft.Layers.Inference;

/// <summary>The time of each step of a plan. Immutable.</summary>
/// <param name="BatchSize">The number of images in each run.</param>
/// <param name="Threads">The number of threads.</param>
/// <param name="Rounds">The number of timed runs.</param>
/// <param name="Steps">The steps in the order in which they run.</param>
public sealed record PlanProfile(int BatchSize, int Threads, int Rounds, IReadOnlyList<StepProfile> Steps)
{
    /// <summary>The sum of the steps' median times, in seconds.</summary>
    public double Seconds => Steps.Sum(step => step.Seconds);

    /// <summary>A table as text: a line for each step with its milliseconds, share of the time and GFLOP/s.</summary>
    /// <param name="peakGigaflops">
    /// The machine's peak with the same number of threads, in GFLOP/s; when null, the column with the share of the peak
    /// is left out.
    /// </param>
    public string ToText(double? peakGigaflops = null)
    {
        var text = new StringBuilder();
        var culture = CultureInfo.InvariantCulture;
        text.Append(culture, $"{"ms", 9} {"time", 6} {"GFLOP/s", 8} ");
        text.Append(peakGigaflops is null ? "" : "  peak ").AppendLine("step");
        foreach (var step in Steps)
        {
            text.Append(
                culture,
                $"{step.Seconds * 1e3, 9:F3} {Percent(step.Seconds / Math.Max(Seconds, double.Epsilon)), 6} "
                    + $"{Rate(step), 8} "
            );
            if (peakGigaflops is { } peak)
                text.Append(culture, $"{(step.Operations == 0 ? "" : Percent(step.GigaflopsPerSecond / peak)), 6} ");
            text.AppendLine(step.Description);
        }

        return text.Append(
                culture,
                $"{Seconds * 1e3, 9:F3} {"100%", 6} all {Steps.Count} steps; batch {BatchSize}, threads {Threads}, "
                    + $"medians of {Rounds} runs"
            )
            .AppendLine()
            .ToString();

        string Percent(double share) => string.Create(culture, $"{share * 100:F1}%");
        string Rate(StepProfile step) =>
            step.Operations == 0 ? "" : string.Create(culture, $"{step.GigaflopsPerSecond:F1}");
    }
}
