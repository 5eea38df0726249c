using System.Text.Json.Nodes;

namespace Graft.Reports;

/// <summary>One point of a chart.</summary>
/// <param name="X">The horizontal position.</param>
/// <param name="Y">The vertical position.</param>
/// <param name="Series">The series, which decides the colour; for example a class.</param>
/// <param name="Name">The name shown on hover, for example an image's path.</param>
/// <param name="Thumbnail">The image shown on hover, see <see cref="ImageThumbnail.DataUri"/>; null for none.</param>
public readonly record struct ChartPoint(double X, double Y, string Series, string Name, string? Thumbnail = null);

/// <summary>The options of a point chart.</summary>
public sealed record PointChartOptions
{
    /// <summary>The title of the horizontal axis; null for no axis.</summary>
    public string? XTitle { get; init; }

    /// <summary>The title of the vertical axis; null for no axis.</summary>
    public string? YTitle { get; init; }

    /// <summary>Whether the axes begin at zero.</summary>
    public bool FromZero { get; init; }

    /// <summary>The height in pixels.</summary>
    public int Height { get; init; } = 380;
}

/// <summary>A chart of points, coloured by series, with name and image on hover.</summary>
public static class PointChart
{
    /// <summary>Creates a chart.</summary>
    /// <param name="description">A sentence that describes the chart.</param>
    /// <param name="points">The points.</param>
    /// <param name="options">The options; null uses the defaults.</param>
    public static Chart Create(string description, IEnumerable<ChartPoint> points, PointChartOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(points);
        options ??= new();
        var values = new JsonArray([
            .. points.Select(point =>
            {
                // A tooltip shows the field named "image" as an image.
                var value = new JsonObject
                {
                    ["x"] = point.X,
                    ["y"] = point.Y,
                    ["class"] = point.Series,
                    ["photo"] = point.Name,
                };
                if (point.Thumbnail is not null)
                    value["image"] = point.Thumbnail;
                return (JsonNode)value;
            }),
        ]);
        return new(
            description,
            new JsonObject
            {
                ["width"] = "container",
                ["height"] = options.Height,
                ["data"] = new JsonObject { ["values"] = values },
                ["mark"] = new JsonObject
                {
                    ["type"] = "point",
                    ["filled"] = true,
                    ["opacity"] = 0.75,
                    ["tooltip"] = new JsonObject { ["content"] = "data" },
                },
                ["encoding"] = new JsonObject
                {
                    ["x"] = Axis("x", options.XTitle, options.FromZero),
                    ["y"] = Axis("y", options.YTitle, options.FromZero),
                    ["color"] = new JsonObject
                    {
                        ["field"] = "class",
                        ["type"] = "nominal",
                        ["title"] = null,
                        ["legend"] = new JsonObject
                        {
                            ["orient"] = "top",
                            ["columns"] = 5,
                            ["symbolLimit"] = 30,
                        },
                    },
                },
            }
        );
    }

    private static JsonObject Axis(string field, string? title, bool fromZero) =>
        new()
        {
            ["field"] = field,
            ["type"] = "quantitative",
            ["title"] = title,
            ["scale"] = new JsonObject { ["zero"] = fromZero },
            ["axis"] = title is null ? null : new JsonObject(),
        };
}
