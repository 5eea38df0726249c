namespace Graft.Models;

/// <summary>Finds the known name nearest to a mistyped one.</summary>
internal static class NearestName
{
    /// <summary>Returns the known name that is most similar to a mistyped one; null if none is similar.</summary>
    /// <param name="name">The mistyped name.</param>
    /// <param name="known">The names that exist.</param>
    public static string? From(string name, IEnumerable<string> known)
    {
        var best = known
            .Select(candidate => (Name: candidate, Distance: Distance(Plain(name), Plain(candidate))))
            .OrderBy(static item => item.Distance)
            .FirstOrDefault();
        return best.Name is not null && best.Distance <= Math.Max(1, Plain(best.Name).Length / 3) ? best.Name : null;
    }

    /// <summary>Removes case and punctuation, because people write ResNet-50, resnet_50 and resnet 50.</summary>
    private static string Plain(string name) => string.Concat(name.Where(char.IsLetterOrDigit)).ToLowerInvariant();

    /// <summary>
    /// The edit distance: how many letters must be inserted, deleted, replaced or swapped with their neighbour (optimal
    /// string alignment).
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

                var replaced = rows[i - 1, j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1);
                rows[i, j] = Math.Min(replaced, Math.Min(rows[i - 1, j], rows[i, j - 1]) + 1);
                if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1])
                    rows[i, j] = Math.Min(rows[i, j], rows[i - 2, j - 2] + 1);
            }
        }

        return rows[left.Length, right.Length];
    }
}
