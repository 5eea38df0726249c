namespace Graft.Training.DataChecks;

/// <summary>What to check.</summary>
public sealed record DataCheckRequest
{
    /// <summary>The dataset: a folder or a manifest.</summary>
    public required string Data { get; init; }

    /// <summary>How photos are looked at.</summary>
    public ExaminationOptions Examination { get; init; } = new();

    /// <summary>Decides the folds in which labels are suspected.</summary>
    public ulong Seed { get; init; }

    /// <summary>The page that is written; none when null.</summary>
    public string? Report { get; init; }

    /// <summary>
    /// A folder that files are moved to which are certainly useless: those that are no readable image, and copies of a
    /// file beyond the first. Null to leave every file where it is.
    /// </summary>
    public string? Quarantine { get; init; }
}
