namespace Graft.Cli.Parsing;

/// <summary>Suggests a known word for a mistyped one.</summary>
internal static class Spelling
{
    /// <summary>Finds the known word that is nearest to an unknown one; null if none is similar.</summary>
    /// <param name="word">The mistyped word.</param>
    /// <param name="known">The known words.</param>
    public static string? Nearest(string word, IEnumerable<string> known)
    {
        var best = known
            .Select(item => (Item: item, Distance: Distance(word, item)))
            .OrderBy(item => item.Distance)
            .FirstOrDefault();
        return best.Item is not null && best.Distance <= Math.Max(1, best.Item.Length / 3) ? best.Item : null;
    }

    /// <summary>
    /// The edit distance: insertions, deletions, substitutions and swaps of adjacent letters (optimal string
    /// alignment).
    /// </summary>
    private static int Distance(string left, string right)
    {
        var rows = new int[left.Length + 1, right.Length + 1];
        for (var i = 0; i <= left.Length; i++)
        {
            for (var j = 0; j <= right.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    rows[i, j] = i + j;
                    continue;
                }

                var replaced =
                    rows[i - 1, j - 1]
                    + (char.ToLowerInvariant(left[i - 1]) == char.ToLowerInvariant(right[j - 1]) ? 0 : 1);
                rows[i, j] = Math.Min(replaced, Math.Min(rows[i - 1, j], rows[i, j - 1]) + 1);
                if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1])
                    rows[i, j] = Math.Min(rows[i, j], rows[i - 2, j - 2] + 1);
            }
        }

        return rows[left.Length, right.Length];
    }
}
