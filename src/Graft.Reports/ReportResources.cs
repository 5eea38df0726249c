using System.Text;

namespace Graft.Reports;

/// <summary>The embedded styles and scripts that are copied into every report.</summary>
internal static class ReportResources
{
    private static readonly string[] ChartScriptNames = ["vega.min.js", "vega-lite.min.js", "vega-embed.min.js"];

    private static readonly Lazy<string[]> Charts = new(() =>
        HasCharts ? [.. ChartScriptNames.Select(Read), Read("report.js")] : []
    );

    /// <summary>The style sheet.</summary>
    public static string Style { get; } = Read("report.css");

    /// <summary>Whether the library was built with the scripts that draw charts.</summary>
    public static bool HasCharts { get; } =
        ChartScriptNames.All(name => typeof(ReportResources).Assembly.GetManifestResourceInfo(name) is not null);

    /// <summary>
    /// The scripts that draw charts, in the order in which they run; empty if the library was built without them.
    /// </summary>
    public static IReadOnlyList<string> ChartScripts => Charts.Value;

    private static string Read(string name)
    {
        using var stream = typeof(ReportResources).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The resource '{name}' is missing from Graft.Reports; rebuild it.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
