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
        return NearestName.Of(name, Models.Select(static model => model.Name));
    }
}
