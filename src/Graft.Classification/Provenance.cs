namespace Graft.Classification;

/// <summary>
/// Where a classifier comes from. It has no times, paths or numbers of threads, so that equal work gives equal files.
/// </summary>
public sealed record Provenance
{
    /// <summary>The version of Graft that trained it.</summary>
    public required string Graft { get; init; }

    /// <summary>The catalogue's name of the trunk.</summary>
    public required string Backbone { get; init; }

    /// <summary>The digest of the trunk up to the features.</summary>
    public required string BackboneDigest { get; init; }

    /// <summary>The licence of the trunk's weights.</summary>
    public string? BackboneLicence { get; init; }

    /// <summary>The head, as in <c>--head</c>.</summary>
    public required string Head { get; init; }

    /// <summary>The seed of everything that was drawn.</summary>
    public required ulong Seed { get; init; }

    /// <summary>How many images it learned from.</summary>
    public required int TrainingImages { get; init; }

    /// <summary>How many images told how well it does; for a mini-batch head they also decided when to stop.</summary>
    public required int ValidationImages { get; init; }

    /// <summary>The linear head's L2 penalty.</summary>
    public double? L2 { get; init; }
}
