namespace Graft.Engines;

/// <summary>The engines that a program offers by name. Immutable and thread-safe.</summary>
public sealed class EngineSet
{
    private readonly EngineEntry[] _entries;

    /// <summary>Makes a set.</summary>
    /// <param name="others">The engines besides Graft's own, which every set has.</param>
    /// <exception cref="ArgumentException">Two engines have the same name.</exception>
    public EngineSet(params IReadOnlyList<EngineEntry> others)
    {
        ArgumentNullException.ThrowIfNull(others);
        _entries = [GraftEngine.Entry, .. others];
        var twice = _entries
            .GroupBy(entry => entry.Name, StringComparer.Ordinal)
            .FirstOrDefault(group => group.Count() > 1);
        if (twice is not null)
            throw new ArgumentException(
                $"Two engines are named '{twice.Key}'; every name may be given once.",
                nameof(others)
            );
    }

    /// <summary>The set that has only Graft's own engine.</summary>
    public static EngineSet Own { get; } = new();

    /// <summary>Every name that <see cref="Create"/> accepts, with and without variant.</summary>
    public IReadOnlyList<string> Names =>
        [
            .. _entries.SelectMany(entry =>
                entry.Variants.Select(variant => $"{entry.Name}:{variant}").Prepend(entry.Name)
            ),
        ];

    /// <summary>Creates an engine.</summary>
    /// <param name="name">One of <see cref="Names"/>; upper and lower case are the same.</param>
    /// <exception cref="FormatException">There is no such engine; the message lists all.</exception>
    /// <exception cref="EngineException">The engine cannot be had on this machine.</exception>
    public IEngine Create(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        foreach (var entry in _entries)
        {
            if (string.Equals(name, entry.Name, StringComparison.OrdinalIgnoreCase))
                return entry.Create(null);
            foreach (var variant in entry.Variants)
            {
                if (string.Equals(name, $"{entry.Name}:{variant}", StringComparison.OrdinalIgnoreCase))
                    return entry.Create(variant);
            }
        }

        throw new FormatException($"'{name}' is not an engine; expected {string.Join(", ", Names)}.");
    }
}
