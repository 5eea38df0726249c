using Graft.Models.Downloads;
using Graft.Models.Networks;

namespace Graft.Models.Published;

/// <summary>The pretrained weights that are known by name. Immutable and thread-safe.</summary>
public sealed class Catalogue
{
    private readonly Dictionary<string, PretrainedInfo> _byName;

    /// <summary>Creates a catalogue.</summary>
    /// <param name="models">The weights, with distinct names.</param>
    /// <exception cref="ArgumentException">A name occurs twice.</exception>
    public Catalogue(params IEnumerable<PretrainedInfo> models)
    {
        Models = [.. models];
        _byName = Models
            .SelectMany(static model => model.OtherNames.Prepend(model.Name), static (model, name) => (model, name))
            .ToDictionary(static item => item.name, static item => item.model, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>The published weights that Graft knows.</summary>
    public static Catalogue Standard { get; } =
        new([KerasResNet50Weights.Info, .. TorchvisionWeights.All, .. TimmWeights.All, MlNetResNet18Weights.Info]);

    /// <summary>All weights, in the order in which they were given.</summary>
    public IReadOnlyList<PretrainedInfo> Models { get; }

    /// <summary>Finds weights by name, ignoring case.</summary>
    /// <param name="name">The name.</param>
    /// <exception cref="PullException">
    /// There are none with that name; the message lists the nearest name and all known names.
    /// </exception>
    public PretrainedInfo Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Lookup(name) ?? throw NotFound(name, Models.Select(static model => model.Name));
    }

    /// <summary>Finds weights by name, ignoring case; null if there are none.</summary>
    internal PretrainedInfo? Lookup(string name) => _byName.GetValueOrDefault(name);

    /// <summary>Creates the error for a name that is not among the known ones.</summary>
    internal static PullException NotFound(string name, IEnumerable<string> known)
    {
        var all = known.ToArray();
        if (
            Architectures.All.Any(architecture =>
                string.Equals(architecture.Name, name, StringComparison.OrdinalIgnoreCase)
            )
        )
            return new PullException(
                $"The network '{name}' is known, but nobody publishes weights for it that Graft could fetch. Use a "
                    + $"file of your own with 'graft models pull FILE'. Known weights: {string.Join(", ", all)}."
            );
        var nearest = NearestName.From(name, all);
        return new PullException(
            $"There is no pretrained model '{name}'.{(nearest is null ? "" : $" Did you mean '{nearest}'?")} Known: "
                + $"{string.Join(", ", all)}."
        );
    }
}
