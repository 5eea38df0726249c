namespace Graft.Classification;

/// <summary>
/// The origin of a classifier. Contains no times, paths or thread counts, so that the same training gives the same
/// file. Immutable.
/// </summary>
public sealed record Provenance
{
    /// <summary>The version of Graft that trained the classifier.</summary>
    public required string Graft { get; init; }

    /// <summary>The backbone's name in the catalogue.</summary>
    public required string Backbone { get; init; }

    /// <summary>The digest of the trunk up to the features.</summary>
    public required string BackboneDigest { get; init; }

    /// <summary>The licence of the backbone's weights.</summary>
    public string? BackboneLicence { get; init; }

    /// <summary>The kind of head, as in <c>--head</c>.</summary>
    public required string Head { get; init; }

    /// <summary>The random seed.</summary>
    public required ulong Seed { get; init; }

    /// <summary>The number of training images.</summary>
    public required int TrainingImages { get; init; }

    /// <summary>
    /// The number of validation images. For heads trained with mini-batches, they also decided early stopping.
    /// </summary>
    public required int ValidationImages { get; init; }

    /// <summary>The linear head's L2 penalty.</summary>
    public double? L2 { get; init; }
}
