using System.Text.Json.Nodes;

namespace Graft.Reports;

/// <summary>One point of a chart.</summary>
/// <param name="X">Where it lies from left to right.</param>
/// <param name="Y">Where it lies from bottom to top.</param>
/// <param name="Series">Which colour it has: a class.</param>
/// <param name="Name">What it is called when pointed at: a photo's path.</param>
/// <param name="Picture">What is shown when pointed at, as <see cref="ImageThumbnails"/> gives it; or null.</param>
public readonly record struct ChartPoint(double X, double Y, string Series, string Name, string? Picture = null);

/// <summary>How a chart of points is drawn.</summary>
public sealed record PointChartOptions
{
    /// <summary>What lies from left to right.</summary>
    public string? XTitle { get; init; }

    /// <summary>What lies from bottom to top.</summary>
    public string? YTitle { get; init; }

    /// <summary>Whether the axes begin at zero.</summary>
    public bool FromZero { get; init; }

    /// <summary>Height in pixels.</summary>
    public int Height { get; init; } = 380;
}

/// <summary>Points in a plane, coloured by series, with name and photo on hover.</summary>
public static class PointChart
{
    /// <summary>Makes a chart.</summary>
    /// <param name="description">What it shows.</param>
    /// <param name="points">The points.</param>
    /// <param name="options">The options; the defaults when null.</param>
    public static Chart Create(string description, IEnumerable<ChartPoint> points, PointChartOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(points);
        options ??= new();
        var values = new JsonArray([
            .. points.Select(point =>
            {
                // "image" is the name under which a tooltip shows an image.
                var value = new JsonObject
                {
                    ["x"] = point.X,
                    ["y"] = point.Y,
                    ["class"] = point.Series,
                    ["photo"] = point.Name,
                };
                if (point.Picture is not null)
                    value["image"] = point.Picture;
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
