using System.Globalization;
using System.Text.Json.Nodes;

namespace Graft.Reports;

/// <summary>One bar of a chart, or one part of a stacked bar.</summary>
/// <param name="Category">What it is about: a class.</param>
/// <param name="Value">How long it is.</param>
/// <param name="Series">Which part: a split. Null where bars have one part.</param>
public readonly record struct Bar(string Category, double Value, string? Series = null);

/// <summary>Horizontal bars, one a category, stacked where there are series.</summary>
public static class BarChart
{
    /// <summary>
    /// With more categories than this, bars are drawn as thin lines without names; the table has them.
    /// </summary>
    private const int NamedCategories = 80;

    private const int BarHeight = 20;

    /// <summary>Makes a chart.</summary>
    /// <param name="description">What it shows.</param>
    /// <param name="valueTitle">What the length of a bar is.</param>
    /// <param name="bars">The bars, in the order in which they are shown.</param>
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
                // Not a step: of that Vega-Lite warns where the width is the container's.
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
