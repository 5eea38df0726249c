using System.Buffers;
using System.Text;

namespace Graft.Weights.Csv;

/// <summary>
/// Writes and reads tables as comma-separated values (RFC 4180, UTF-8, lines end in CR LF). The file is written
/// atomically.
/// </summary>
public static class CsvFile
{
    private static readonly SearchValues<char> Special = SearchValues.Create(",\"\r\n");

    /// <summary>Writes a table.</summary>
    /// <param name="path">The path of the file.</param>
    /// <param name="header">The names of the columns.</param>
    /// <param name="rows">The rows, each with one field for each column. A field may contain any text.</param>
    /// <exception cref="ArgumentException">A row has the wrong number of fields.</exception>
    /// <exception cref="IOException">
    /// The file cannot be written; the message names the folder and a remedy.
    /// </exception>
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
                    throw new ArgumentException(
                        $"A row of '{path}' has {row.Count} fields, but {header.Count} were expected.",
                        nameof(rows)
                    );
                writer.WriteLine(string.Join(',', row.Select(Quote)));
            }
        });
    }

    /// <summary>Reads a table written by <see cref="Write"/> or by another program that follows RFC 4180.</summary>
    /// <param name="path">The path of the file.</param>
    /// <returns>The rows, the header first.</returns>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    public static IReadOnlyList<IReadOnlyList<string>> Read(string path)
    {
        var text = File.ReadAllText(path);
        var rows = new List<IReadOnlyList<string>>();
        var row = new List<string>();
        var field = new StringBuilder();
        var quoted = false;
        for (var i = 0; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '"' when quoted && i + 1 < text.Length && text[i + 1] == '"':
                    field.Append(text[++i]);
                    break;
                case '"':
                    quoted = !quoted;
                    break;
                case ',' when !quoted:
                    EndField();
                    break;
                case '\r' when !quoted && i + 1 < text.Length && text[i + 1] == '\n':
                    break;
                case '\n' when !quoted:
                    EndRow();
                    break;
                default:
                    field.Append(text[i]);
                    break;
            }
        }

        if (field.Length > 0 || row.Count > 0)
            EndRow();
        return rows;

        void EndField()
        {
            row.Add(field.ToString());
            field.Clear();
        }

        void EndRow()
        {
            EndField();
            rows.Add(row);
            row = [];
        }
    }

    private static string Quote(string field) =>
        field.AsSpan().ContainsAny(Special) || field.AsSpan().Trim().Length < field.Length
            ? $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
            : field;
}
