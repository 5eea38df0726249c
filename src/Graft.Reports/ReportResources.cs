using System.Text;

namespace Graft.Reports;

/// <summary>The embedded styles and scripts that are copied into every report.</summary>
internal static class ReportResources
{
    private static readonly string[] ChartScriptNames = ["vega.min.js", "vega-lite.min.js", "vega-embed.min.js"];

    private static readonly Lazy<string[]> Charts = new(() => [.. ChartScriptNames.Select(Read), Read("report.js")]);

    /// <summary>The style sheet.</summary>
    public static string Style { get; } = Read("report.css");

    /// <summary>The scripts that draw charts, in the order in which they run.</summary>
    public static IReadOnlyList<string> ChartScripts => Charts.Value;

    private static string Read(string name)
    {
        using var stream = typeof(ReportResources).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The resource '{name}' is missing from Graft.Reports; rebuild it.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
