using System.Text.Json.Nodes;

namespace Graft.Reports;

/// <summary>A line through points.</summary>
/// <param name="Series">The name of the line.</param>
/// <param name="Points">The points, from left to right.</param>
public sealed record ChartLine(string Series, IReadOnlyList<(double X, double Y)> Points)
{
    /// <summary>
    /// The number of images that each point stands for, shown by the size of its mark; null for equal marks.
    /// </summary>
    public IReadOnlyList<int>? Weights { get; init; }
}

/// <summary>The options of a line chart.</summary>
public sealed record LineChartOptions
{
    /// <summary>The title of the horizontal axis.</summary>
    public required string XTitle { get; init; }

    /// <summary>The title of the vertical axis.</summary>
    public required string YTitle { get; init; }

    /// <summary>Whether the horizontal axis is logarithmic; then all X must be above 0.</summary>
    public bool LogarithmicX { get; init; }

    /// <summary>Whether both axes range from 0 to 1 and the diagonal is drawn.</summary>
    public bool Shares { get; init; }
}

/// <summary>A chart of lines with marks at their points, coloured by series.</summary>
public static class LineChart
{
    private const int Height = 300;

    /// <summary>Creates a chart.</summary>
    /// <param name="description">A sentence that describes the chart.</param>
    /// <param name="lines">The lines.</param>
    /// <param name="options">The options.</param>
    public static Chart Create(string description, IReadOnlyList<ChartLine> lines, LineChartOptions options)
    {
        ArgumentNullException.ThrowIfNull(lines);
        ArgumentNullException.ThrowIfNull(options);
        var values = new JsonArray([
            .. lines.SelectMany(line =>
                line.Points.Select(
                    (point, i) =>
                        (JsonNode)
                            new JsonObject
                            {
                                ["series"] = line.Series,
                                ["x"] = point.X,
                                ["y"] = point.Y,
                                ["images"] = line.Weights?[i],
                            }
                )
            ),
        ]);
        var weighted = lines.Any(line => line.Weights is not null);
        var layers = new JsonArray(
            new JsonObject
            {
                ["mark"] = new JsonObject
                {
                    ["type"] = "line",
                    ["point"] = !weighted,
                    ["tooltip"] = true,
                    ["strokeWidth"] = weighted ? 1 : 2,
                },
                ["encoding"] = Encoding(lines, options),
            }
        );
        if (weighted)
        {
            var sized = Encoding(lines, options);
            sized["size"] = new JsonObject
            {
                ["field"] = "images",
                ["type"] = "quantitative",
                ["legend"] = null,
                ["scale"] = new JsonObject { ["range"] = new JsonArray(15, 500) },
            };
            layers.Add(
                (JsonNode)
                    new JsonObject
                    {
                        ["mark"] = new JsonObject
                        {
                            ["type"] = "point",
                            ["filled"] = true,
                            ["opacity"] = 0.8,
                            ["tooltip"] = new JsonObject { ["content"] = "data" },
                        },
                        ["encoding"] = sized,
                    }
            );
        }

        if (options.Shares)
            layers.Add((JsonNode)Diagonal());
        return new(
            description,
            new JsonObject
            {
                ["width"] = "container",
                ["height"] = Height,
                ["data"] = new JsonObject { ["values"] = values },
                ["layer"] = layers,
            },
            ReportTable.Create(
                [new(""), new(options.XTitle, IsNumber: true), new(options.YTitle, IsNumber: true)],
                lines.SelectMany(line =>
                    line.Points.Select(
                        IReadOnlyList<Html> (point) =>
                            [Html.Text(line.Series), Html.From($"{point.X:G5}"), Html.From($"{point.Y:G5}")]
                    )
                )
            )
        );
    }

    private static JsonObject Encoding(IReadOnlyList<ChartLine> lines, LineChartOptions options) =>
        new()
        {
            ["x"] = Axis(
                "x",
                options.XTitle,
                options.LogarithmicX ? new JsonObject { ["type"] = "log" }
                    : options.Shares ? WholeRange()
                    : new JsonObject { ["zero"] = false }
            ),
            ["y"] = Axis("y", options.YTitle, options.Shares ? WholeRange() : new JsonObject { ["zero"] = false }),
            ["color"] = new JsonObject
            {
                ["field"] = "series",
                ["type"] = "nominal",
                ["title"] = null,
                ["sort"] = null,
                ["legend"] = lines.Count > 1 ? new JsonObject { ["orient"] = "top" } : null,
            },
        };

    private static JsonObject Axis(string field, string title, JsonObject scale) =>
        new()
        {
            ["field"] = field,
            ["type"] = "quantitative",
            ["title"] = title,
            ["scale"] = scale,
        };

    private static JsonObject WholeRange() => new() { ["domain"] = new JsonArray(0, 1) };

    private static JsonObject Diagonal() =>
        new()
        {
            ["data"] = new JsonObject
            {
                ["values"] = new JsonArray(
                    new JsonObject { ["x"] = 0, ["y"] = 0 },
                    new JsonObject { ["x"] = 1, ["y"] = 1 }
                ),
            },
            ["mark"] = new JsonObject
            {
                ["type"] = "line",
                ["strokeDash"] = new JsonArray(4, 4),
                ["color"] = "currentColor",
                ["opacity"] = 0.5,
            },
            ["encoding"] = new JsonObject
            {
                ["x"] = new JsonObject { ["field"] = "x", ["type"] = "quantitative" },
                ["y"] = new JsonObject { ["field"] = "y", ["type"] = "quantitative" },
            },
        };
}
