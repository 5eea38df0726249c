using System.Globalization;
using System.Text.Json.Nodes;

namespace Graft.Reports;

/// <summary>One bar of a chart, or one part of a stacked bar.</summary>
/// <param name="Category">The category, for example a class.</param>
/// <param name="Value">The length of the bar.</param>
/// <param name="Series">The part of a stacked bar, for example a split; null if bars are not stacked.</param>
public readonly record struct Bar(string Category, double Value, string? Series = null);

/// <summary>A chart of horizontal bars, one for each category, stacked if there are series.</summary>
public static class BarChart
{
    /// <summary>
    /// The largest number of categories with names. With more, bars are thin lines, and only the table has the names.
    /// </summary>
    private const int NamedCategories = 80;

    private const int BarHeight = 20;

    /// <summary>Creates a chart.</summary>
    /// <param name="description">A sentence that describes the chart.</param>
    /// <param name="valueTitle">The title of the value axis.</param>
    /// <param name="bars">The bars, in display order.</param>
    public static Chart Create(string description, string valueTitle, IReadOnlyList<Bar> bars)
    {
        ArgumentNullException.ThrowIfNull(bars);
        var categories = bars.Select(bar => bar.Category).Distinct(StringComparer.Ordinal).ToArray();
        var series = bars.Select(bar => bar.Series).OfType<string>().Distinct(StringComparer.Ordinal).ToArray();
        var named = categories.Length <= NamedCategories;
        var encoding = new JsonObject
        {
            ["y"] = new JsonObject
            {
                ["field"] = "category",
                ["type"] = "nominal",
                ["sort"] = null,
                ["title"] = null,
                ["axis"] = named ? new JsonObject { ["labelLimit"] = 240 } : null,
            },
            ["x"] = new JsonObject
            {
                ["field"] = "value",
                ["type"] = "quantitative",
                ["title"] = valueTitle,
            },
            ["tooltip"] = Fields(series.Length > 0 ? ["category", "series", "value"] : ["category", "value"]),
        };
        if (series.Length > 0)
        {
            encoding["color"] = new JsonObject
            {
                ["field"] = "series",
                ["type"] = "nominal",
                ["title"] = null,
                ["sort"] = Names(series),
                ["legend"] = new JsonObject { ["orient"] = "top" },
            };
            encoding["order"] = new JsonObject { ["field"] = "place", ["type"] = "quantitative" };
        }

        var values = new JsonArray([
            .. bars.Select(bar =>
                (JsonNode)
                    new JsonObject
                    {
                        ["category"] = bar.Category,
                        ["value"] = bar.Value,
                        ["series"] = bar.Series,
                        ["place"] = bar.Series is null ? 0 : Array.IndexOf(series, bar.Series),
                    }
            ),
        ]);
        return new(
            description,
            new JsonObject
            {
                ["width"] = "container",
                // In pixels, because Vega-Lite warns about a step if the width is that of the container.
                ["height"] = named ? BarHeight * categories.Length : 400,
                ["data"] = new JsonObject { ["values"] = values },
                ["mark"] = new JsonObject { ["type"] = "bar" },
                ["encoding"] = encoding,
            },
            Table(valueTitle, bars, categories, series)
        );
    }

    private static Html Table(string valueTitle, IReadOnlyList<Bar> bars, string[] categories, string[] series)
    {
        string[] columns = series.Length == 0 ? [valueTitle] : series;
        var values = bars.ToLookup(bar => (bar.Category, bar.Series ?? valueTitle), bar => bar.Value);
        return ReportTable.Create(
            [new(""), .. columns.Select(name => new TableColumn(name, IsNumber: true))],
            categories.Select(
                IReadOnlyList<Html> (category) =>
                    [
                        Html.Text(category),
                        .. columns.Select(name =>
                            Html.Text(values[(category, name)].Sum().ToString("G6", CultureInfo.InvariantCulture))
                        ),
                    ]
            )
        );
    }

    private static JsonArray Names(string[] names) => new([.. names.Select(name => (JsonNode)name)]);

    private static JsonArray Fields(string[] names) =>
        new([.. names.Select(name => (JsonNode)new JsonObject { ["field"] = name })]);
}
