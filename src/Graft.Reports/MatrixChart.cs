using System.Text.Json.Nodes;

namespace Graft.Reports;

/// <summary>A matrix chart of counts, for example a confusion matrix.</summary>
public static class MatrixChart
{
    private const int Step = 34;

    /// <summary>The largest number of names with which cells have room for their counts.</summary>
    private const int NumberedNames = 20;

    /// <summary>Creates a chart. The colour of a cell shows its share of the row.</summary>
    /// <param name="description">A sentence that describes the chart.</param>
    /// <param name="rowTitle">The title of the rows.</param>
    /// <param name="columnTitle">The title of the columns.</param>
    /// <param name="names">The names of rows and columns.</param>
    /// <param name="counts">The counts, row by row.</param>
    public static Chart Create(
        string description,
        string rowTitle,
        string columnTitle,
        IReadOnlyList<string> names,
        IReadOnlyList<IReadOnlyList<int>> counts
    )
    {
        ArgumentNullException.ThrowIfNull(names);
        ArgumentNullException.ThrowIfNull(counts);
        var values = new JsonArray();
        for (var row = 0; row < names.Count; row++)
        {
            var total = Math.Max(1, counts[row].Sum());
            for (var column = 0; column < names.Count; column++)
                values.Add(
                    (JsonNode)
                        new JsonObject
                        {
                            ["row"] = names[row],
                            ["column"] = names[column],
                            ["images"] = counts[row][column],
                            ["share"] = (double)counts[row][column] / total,
                        }
                );
        }

        var layers = new JsonArray(
            new JsonObject
            {
                ["mark"] = new JsonObject
                {
                    ["type"] = "rect",
                    ["tooltip"] = new JsonObject { ["content"] = "data" },
                },
                ["encoding"] = new JsonObject
                {
                    ["color"] = new JsonObject
                    {
                        ["field"] = "share",
                        ["type"] = "quantitative",
                        ["title"] = "share of the row",
                        ["scale"] = new JsonObject { ["domain"] = new JsonArray(0, 1), ["scheme"] = "blues" },
                        ["legend"] = null,
                    },
                },
            }
        );
        if (names.Count <= NumberedNames)
        {
            layers.Add(
                (JsonNode)
                    new JsonObject
                    {
                        ["mark"] = new JsonObject { ["type"] = "text" },
                        ["encoding"] = new JsonObject
                        {
                            ["text"] = new JsonObject { ["field"] = "images", ["type"] = "quantitative" },
                            ["color"] = new JsonObject
                            {
                                ["condition"] = new JsonObject
                                {
                                    ["test"] = "datum.share > 0.5",
                                    ["value"] = "#ffffff",
                                },
                                ["value"] = "#1c2430",
                            },
                        },
                    }
            );
        }

        return new(
            description,
            new JsonObject
            {
                ["width"] = new JsonObject { ["step"] = Step },
                ["height"] = new JsonObject { ["step"] = Step },
                ["data"] = new JsonObject { ["values"] = values },
                ["encoding"] = new JsonObject { ["x"] = Axis("column", columnTitle), ["y"] = Axis("row", rowTitle) },
                ["layer"] = layers,
            },
            ReportTable.Create(
                [new(rowTitle), .. names.Select(name => new TableColumn(name, IsNumber: true))],
                names.Select(
                    IReadOnlyList<Html> (name, row) =>
                        [Html.Text(name), .. counts[row].Select(count => Html.From($"{count}"))]
                )
            )
        );
    }

    private static JsonObject Axis(string field, string title) =>
        new()
        {
            ["field"] = field,
            ["type"] = "nominal",
            ["sort"] = null,
            ["title"] = title,
            ["axis"] = new JsonObject { ["labelLimit"] = 140 },
        };
}
