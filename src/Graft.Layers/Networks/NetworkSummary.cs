using System.Globalization;
using System.Text;

namespace Graft.Layers.Networks;

/// <summary>A network as a table for people.</summary>
public static class NetworkSummary
{
    private static readonly string[] Headings = ["Node (layer)", "Output shape", "Parameters", "Trained", "Takes"];

    /// <summary>
    /// A line for each node with its layer, output shape (without the batch), parameters and inputs. Below them, the
    /// number of parameters in all, trainable and not trainable (statistics are not trainable).
    /// </summary>
    /// <param name="network">The network.</param>
    /// <returns>Lines of plain text, each ended by a line feed.</returns>
    public static string Summary(this Network network)
    {
        ArgumentNullException.ThrowIfNull(network);
        var rows = new List<string[]>
        {
            Headings,
            new[] { Network.InputName, network.InputShape.ToString(), "0", "", "" },
        };
        long total = 0,
            trainable = 0;
        foreach (var node in network.Nodes)
        {
            long count = node.Layer.Parameters.Sum(parameter => parameter.Shape.ElementCount);
            long trained = node
                .Layer.Parameters.Where(parameter => parameter.Trainable)
                .Sum(parameter => parameter.Shape.ElementCount);
            total += count;
            trainable += trained;
            rows.Add([
                $"{node.Name} ({node.Layer.Kind})",
                network.ShapeOf(node.Name).ToString(),
                Number(count),
                trained == 0 ? "" : Number(trained),
                string.Join(", ", node.Inputs),
            ]);
        }

        var widths = Enumerable
            .Range(0, Headings.Length)
            .Select(column => rows.Max(row => row[column].Length))
            .ToArray();
        var rule = new string('-', widths.Sum() + (2 * (widths.Length - 1)));
        var text = new StringBuilder();
        foreach (var row in rows)
        {
            var cells = row.Select(
                (cell, column) => column is 2 or 3 ? cell.PadLeft(widths[column]) : cell.PadRight(widths[column])
            );
            text.Append(string.Join("  ", cells).TrimEnd()).Append('\n');
            if (row == Headings)
                text.Append(rule).Append('\n');
        }

        text.Append(rule).Append('\n');
        text.Append(CultureInfo.InvariantCulture, $"Total parameters: {Number(total)}\n");
        text.Append(CultureInfo.InvariantCulture, $"Trainable parameters: {Number(trainable)}\n");
        text.Append(CultureInfo.InvariantCulture, $"Non-trainable parameters: {Number(total - trainable)}\n");
        return text.ToString();
    }

    private static string Number(long count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
