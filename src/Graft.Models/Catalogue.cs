namespace Graft.Models;

/// <summary>The pretrained weights that can be named. Immutable and thread-safe.</summary>
public sealed class Catalogue
{
    private readonly Dictionary<string, PretrainedInfo> _byName;

    /// <summary>Makes a catalogue of its own.</summary>
    /// <param name="models">What it holds, with different names.</param>
    /// <exception cref="ArgumentException">A name comes twice.</exception>
    public Catalogue(params IEnumerable<PretrainedInfo> models)
    {
        Models = [.. models];
        _byName = Models.ToDictionary(static model => model.Name, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>The weights that Graft knows.</summary>
    public static Catalogue Standard { get; } = new(ResNet50Weights.Info);

    /// <summary>All of them, in the order they were registered.</summary>
    public IReadOnlyList<PretrainedInfo> Models { get; }

    /// <summary>Finds weights by name, whatever its case.</summary>
    /// <param name="name">The name.</param>
    /// <exception cref="PullException">There are none of that name; the message has the nearest one and all others.</exception>
    public PretrainedInfo Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (_byName.TryGetValue(name, out var info))
            return info;
        var nearest = Nearest(name);
        throw new PullException(
            $"There is no pretrained model '{name}'.{(nearest is null ? "" : $" Did you mean '{nearest}'?")} Known: {string.Join(", ", Models.Select(static model => model.Name))}.");
    }

    /// <summary>The known name that a mistyped one most likely stands for; null when none is like it.</summary>
    /// <param name="name">The mistyped name.</param>
    public string? Nearest(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var best = Models.Select(model => (model.Name, Distance: Distance(Plain(name), Plain(model.Name)))).OrderBy(static item => item.Distance).FirstOrDefault();
        return best.Name is not null && best.Distance <= Math.Max(1, Plain(best.Name).Length / 3) ? best.Name : null;
    }

    /// <summary>People write ResNet-50, resnet_50 and resnet 50.</summary>
    private static string Plain(string name) => string.Concat(name.Where(char.IsLetterOrDigit)).ToLowerInvariant();

    /// <summary>How many letters must be inserted, deleted, replaced or swapped with their neighbour (optimal string alignment).</summary>
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
