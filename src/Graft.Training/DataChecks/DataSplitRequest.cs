using Graft.Data;

namespace Graft.Training.DataChecks;

/// <summary>The dataset to divide, and how.</summary>
public sealed record DataSplitRequest
{
    /// <summary>The dataset: a folder or a manifest. If it has splits already, they are merged first.</summary>
    public required string Data { get; init; }

    /// <summary>The output: a new or empty folder, or a manifest file ending in <c>.csv</c>.</summary>
    public required string Output { get; init; }

    /// <summary>The shares of training (above 0), validation and test images; they add up to 1.</summary>
    public required IReadOnlyList<double> Ratios { get; init; }

    /// <summary>The seed of the division.</summary>
    public ulong Seed { get; init; }

    /// <summary>Whether files are copied into the output folder; otherwise it gets symbolic links to them.</summary>
    public bool Copy { get; init; }

    /// <summary>The settings for finding images that are alike and must stay together.</summary>
    public ExaminationOptions Examination { get; init; } = new();
}

/// <summary>The result of dividing a dataset, as <c>graft data split --json</c> prints it.</summary>
public sealed record DataSplitReport
{
    /// <summary>The folder or manifest that was written.</summary>
    public required string Output { get; init; }

    /// <summary>The number of images of each class in each split.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyDictionary<string, int>> Classes { get; init; }

    /// <summary>The number of groups of two or more similar images that were kept together.</summary>
    public required int Groups { get; init; }

    /// <summary>The number of images in these groups.</summary>
    public required int GroupedImages { get; init; }

    /// <summary>The files that were left out, with the reasons.</summary>
    public required IReadOnlyList<BadImage> BadImages { get; init; }

    /// <summary>The elapsed time in seconds.</summary>
    public required double Seconds { get; init; }
}
