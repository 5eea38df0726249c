using System.Buffers;
using Graft.Weights;

namespace Graft.Training.Datasets;

/// <summary>Writes tables as comma-separated values (RFC 4180, UTF-8, lines end in CR LF), whole or not at all.</summary>
public static class CsvFile
{
    private static readonly SearchValues<char> Special = SearchValues.Create(",\"\r\n");

    /// <summary>Writes a table.</summary>
    /// <param name="path">Where the file goes.</param>
    /// <param name="header">The names of the columns.</param>
    /// <param name="rows">The rows, each with as many fields as there are columns. Any text is allowed.</param>
    /// <exception cref="ArgumentException">A row has another number of fields.</exception>
    /// <exception cref="IOException">The file cannot be written; the message names the folder and what to do.</exception>
    public static void Write(string path, IReadOnlyList<string> header, IEnumerable<IReadOnlyList<string>> rows)
    {
        ArgumentNullException.ThrowIfNull(header);
        ArgumentNullException.ThrowIfNull(rows);
        AtomicFile.Write(path, stream =>
        {
            using var writer = new StreamWriter(stream, leaveOpen: true) { NewLine = "\r\n" };
            writer.WriteLine(string.Join(',', header.Select(Quote)));
            foreach (var row in rows)
            {
                if (row.Count != header.Count)
                    throw new ArgumentException($"A row of '{path}' has {row.Count} fields, {header.Count} were expected.", nameof(rows));
                writer.WriteLine(string.Join(',', row.Select(Quote)));
            }
        });
    }

    private static string Quote(string field) => field.AsSpan().ContainsAny(Special) || field.AsSpan().Trim().Length < field.Length
        ? $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
        : field;
}
