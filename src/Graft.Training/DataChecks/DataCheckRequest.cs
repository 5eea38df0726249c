namespace Graft.Training.DataChecks;

/// <summary>The dataset to check, and how.</summary>
public sealed record DataCheckRequest
{
    /// <summary>The dataset: a folder or a manifest.</summary>
    public required string Data { get; init; }

    /// <summary>The settings for comparing images.</summary>
    public ExaminationOptions Examination { get; init; } = new();

    /// <summary>The seed of the folds for finding suspected labels.</summary>
    public ulong Seed { get; init; }

    /// <summary>The HTML page to write; null to write none.</summary>
    public string? Report { get; init; }

    /// <summary>
    /// The folder to move useless files to: files that cannot be read as images, and copies of a file beyond the first.
    /// Null to move no file.
    /// </summary>
    public string? Quarantine { get; init; }
}
