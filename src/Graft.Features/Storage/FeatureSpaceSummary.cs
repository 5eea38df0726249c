namespace Graft.Features.Storage;

/// <summary>The contents of one space in a store.</summary>
/// <param name="Id">
/// The space's number in its file, for <see cref="PruneOptions.SpaceId"/>; never given to another space.
/// </param>
/// <param name="Space">Everything that determines the values.</param>
/// <param name="Count">The number of images with a feature or facts in the space.</param>
/// <param name="Bytes">The bytes of the features' values; the file is somewhat larger.</param>
/// <param name="Created">When the space was first used.</param>
/// <param name="LastUsed">When the space was last used.</param>
/// <param name="RoundingError">
/// The rounding error of float16, as <see cref="FeatureTable.RoundingError"/>; 0 with float32.
/// </param>
public sealed record FeatureSpaceSummary(
    long Id,
    FeatureSpace Space,
    long Count,
    long Bytes,
    DateTimeOffset Created,
    DateTimeOffset LastUsed,
    double RoundingError
);

/// <summary>What to remove from a store: everything that meets any of the conditions. Immutable.</summary>
public sealed record PruneOptions
{
    /// <summary>Removes spaces that were not used for this long, and bad-image entries that are older.</summary>
    public TimeSpan? UnusedFor { get; init; }

    /// <summary>
    /// Removes features until at most this many bytes of values are left. The space that was unused for longest comes
    /// first, and in it the oldest features.
    /// </summary>
    public long? KeepBytes { get; init; }

    /// <summary>Removes one space, by <see cref="FeatureSpaceSummary.Id"/>.</summary>
    public long? SpaceId { get; init; }
}

/// <summary>What was removed.</summary>
/// <param name="Spaces">The number of spaces that were removed as a whole.</param>
/// <param name="Features">The number of features that were removed.</param>
/// <param name="FreedBytes">
/// The number of bytes by which the files became smaller; 0 if they could not be made smaller just now.
/// </param>
public sealed record PruneResult(int Spaces, long Features, long FreedBytes);
