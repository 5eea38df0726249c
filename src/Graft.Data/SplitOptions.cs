namespace Graft.Data;

/// <summary>How a dataset that has no validation split is divided. Immutable, compared by value.</summary>
public sealed record SplitOptions
{
    /// <summary>
    /// The part of each class that goes to validation, from 0 (none) to below 1; rounded to whole images, but a class
    /// of two images or more has at least one on either side.
    /// </summary>
    public double ValidationFraction { get; init; } = 0.2;

    /// <summary>Which of the many possible divisions is taken.</summary>
    public ulong Seed { get; init; }

    /// <summary>
    /// The group of an image; the images of a group stay on one side, so that validation is honest. Null groups exact
    /// copies of a file by the hash of their bytes.
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
