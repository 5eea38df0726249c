using System.Text;

namespace Graft.Fixtures;

/// <summary>Reads comma-separated values by the letter of RFC 4180.</summary>
public static class CsvTable
{
    /// <summary>The rows, the header's names being the keys.</summary>
    public static IReadOnlyList<IReadOnlyDictionary<string, string>> Read(string path)
    {
        var lines = Parse(File.ReadAllText(path));
        return
        [
            .. lines
                .Skip(1)
                .Select(line =>
                {
                    Assert.Equal(lines[0].Count, line.Count);
                    return lines[0].Zip(line).ToDictionary(pair => pair.First, pair => pair.Second);
                }),
        ];
    }

    private static List<List<string>> Parse(string text)
    {
        Assert.EndsWith("\r\n", text, StringComparison.Ordinal);
        var rows = new List<List<string>> { new() };
        var field = new StringBuilder();
        var quoted = false;
        for (var i = 0; i < text.Length; i++)
        {
            if (quoted)
            {
                if (text[i] != '"')
                    field.Append(text[i]);
                else if (i + 1 < text.Length && text[i + 1] == '"')
                    field.Append(text[++i]);
                else
                    quoted = false;
            }
            else if (text[i] == '"')
            {
                quoted = true;
            }
            else if (text[i] == ',' || text[i] == '\r')
            {
                rows[^1].Add(field.ToString());
                field.Clear();
                if (text[i] == '\r')
                {
                    Assert.Equal('\n', text[++i]);
                    rows.Add([]);
                }
            }
            else
            {
                field.Append(text[i]);
            }
        }

        rows.RemoveAt(rows.Count - 1);
        return rows;
    }
}
