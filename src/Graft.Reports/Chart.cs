using System.Text.Json.Nodes;

namespace Graft.Reports;

/// <summary>
/// A chart of a report: a Vega-Lite specification (version 6) with its data inside, drawn when the page is opened.
/// Without scripts, its table is shown instead.
/// </summary>
/// <param name="Description">A sentence that describes the chart, also for screen readers.</param>
/// <param name="Specification">
/// The specification. <c>"width": "container"</c> makes it as wide as the page. Colours of text and axes follow the
/// page and need not be given.
/// </param>
/// <param name="Table">The same numbers as a table; may be empty.</param>
public sealed record Chart(string Description, JsonObject Specification, Html Table = default)
{
    /// <summary>
    /// The start of every chart. No other text of a page contains it, because quotation marks are escaped.
    /// </summary>
    internal const string Marker = "<figure class=\"chart\"";

    /// <summary>The chart as a part of a page.</summary>
    public Html ToHtml()
    {
        var table = Table.IsEmpty ? Html.Empty : Html.From($"<details><summary>As a table</summary>{Table}</details>");
        // The serializer's standard encoder writes <, > and & as \u003C and so on: no text can end the element.
        var specification = Html.Trusted(Specification.ToJsonString());
        return Html.From(
            $"<figure class=\"chart\" role=\"img\" "
                + $"aria-label=\"{Description}\"><figcaption>{Description}</figcaption><div></div><script "
                + $"type=\"application/json\">{specification}</script><noscript>Charts are drawn by scripts, "
                + $"which are switched off.</noscript></figure>{table}\n"
        );
    }
}
