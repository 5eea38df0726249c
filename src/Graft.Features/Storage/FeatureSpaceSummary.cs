namespace Graft.Features.Storage;

/// <summary>What a store holds of one space.</summary>
/// <param name="Id">
/// The space's number in its file, for <see cref="PruneOptions.SpaceId"/>; never given to another space.
/// </param>
/// <param name="Space">What decides the numbers.</param>
/// <param name="Count">How many photos have a feature.</param>
/// <param name="Bytes">The bytes of the features' numbers; the file is somewhat larger.</param>
/// <param name="Created">When the first feature was looked for.</param>
/// <param name="LastUsed">When features were last looked for.</param>
/// <param name="RoundingError">What 16 bits cost, as <see cref="FeatureTable.RoundingError"/>; 0 with 32 bits.</param>
public sealed record FeatureSpaceSummary(
    long Id,
    FeatureSpace Space,
    long Count,
    long Bytes,
    DateTimeOffset Created,
    DateTimeOffset LastUsed,
    double RoundingError
);

/// <summary>What to remove from a store; what any of the conditions meets is removed. Immutable.</summary>
public sealed record PruneOptions
{
    /// <summary>Removes spaces that were not used for this long, and as old notes about bad photos.</summary>
    public TimeSpan? UnusedFor { get; init; }

    /// <summary>
    /// Removes features until at most these bytes of numbers are left: first from the space unused for longest, there
    /// the oldest first.
    /// </summary>
    public long? KeepBytes { get; init; }

    /// <summary>Removes one space, by <see cref="FeatureSpaceSummary.Id"/>.</summary>
    public long? SpaceId { get; init; }
}

/// <summary>What was removed.</summary>
/// <param name="Spaces">Spaces that are gone altogether.</param>
/// <param name="Features">Features that are gone.</param>
/// <param name="FreedBytes">By how much the files became smaller; 0 if they could not be made smaller just now.</param>
public sealed record PruneResult(int Spaces, long Features, long FreedBytes);
