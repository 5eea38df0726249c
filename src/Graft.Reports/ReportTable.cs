namespace Graft.Reports;

/// <summary>A column of a table.</summary>
/// <param name="Heading">The heading.</param>
/// <param name="IsNumber">Whether the cells are numbers, which are aligned to the right.</param>
public readonly record struct TableColumn(string Heading, bool IsNumber = false);

/// <summary>A table of a report. A table that is too wide for the page can be scrolled.</summary>
public static class ReportTable
{
    /// <summary>Creates a table.</summary>
    /// <param name="columns">The columns.</param>
    /// <param name="rows">The rows, each with as many cells as there are columns.</param>
    /// <exception cref="ArgumentException">A row has a different number of cells than there are columns.</exception>
    public static Html Create(IReadOnlyList<TableColumn> columns, IEnumerable<IReadOnlyList<Html>> rows)
    {
        ArgumentNullException.ThrowIfNull(columns);
        ArgumentNullException.ThrowIfNull(rows);
        var head = Html.Join(
            columns.Select(column =>
                column.IsNumber
                    ? Html.From($"<th class=\"number\">{column.Heading}</th>")
                    : Html.From($"<th>{column.Heading}</th>")
            )
        );
        var body = Html.Join(
            rows.Select(row =>
                row.Count == columns.Count
                    ? Html.From($"<tr>{Html.Join(row.Select((cell, i) => Cell(cell, columns[i])))}</tr>\n")
                    : throw new ArgumentException(
                        $"A row of a report's table has {row.Count} cells, {columns.Count} were expected.",
                        nameof(rows)
                    )
            )
        );
        return Html.From(
            $"<div class=\"scroll\"><table><thead><tr>{head}</tr></thead><tbody>\n{body}</tbody></table></div>\n"
        );
    }

    private static Html Cell(Html cell, TableColumn column) =>
        column.IsNumber ? Html.From($"<td class=\"number\">{cell}</td>") : Html.From($"<td>{cell}</td>");
}
