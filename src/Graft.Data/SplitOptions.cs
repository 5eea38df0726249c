namespace Graft.Data;

/// <summary>How a dataset that has no validation split is divided. Immutable, compared by value.</summary>
public sealed record SplitOptions
{
    /// <summary>
    /// The fraction of each class that goes to validation, from 0 (none) to below 1. It is rounded to whole images, but
    /// a class of two or more images has at least one on either side where its groups allow that.
    /// </summary>
    public double ValidationFraction { get; init; } = 0.2;

    /// <summary>The seed of the division.</summary>
    public ulong Seed { get; init; }

    /// <summary>
    /// The group of an image. The images of a group stay on one side, so that copies of training images do not end up
    /// in validation. When null, exact copies of a file are grouped by the hash of their bytes.
    /// </summary>
    public Func<ImageSample, string>? GroupOf { get; init; }

    internal void Validate()
    {
        if (!(ValidationFraction is >= 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(
                nameof(ValidationFraction),
                ValidationFraction,
                "The validation fraction must be from 0 to below 1, for example 0.2."
            );
        }
    }
}
