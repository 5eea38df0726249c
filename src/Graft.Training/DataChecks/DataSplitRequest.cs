using Graft.Data;

namespace Graft.Training.DataChecks;

/// <summary>How to divide a dataset.</summary>
public sealed record DataSplitRequest
{
    /// <summary>
    /// The dataset: a folder or a manifest. If it is divided already, all its images are put together first.
    /// </summary>
    public required string Data { get; init; }

    /// <summary>A new folder, or a manifest that ends in <c>.csv</c>.</summary>
    public required string Output { get; init; }

    /// <summary>The share of training, validation and test, which add up to 1; training above 0.</summary>
    public required IReadOnlyList<double> Ratios { get; init; }

    /// <summary>Which of the many possible divisions is taken.</summary>
    public ulong Seed { get; init; }

    /// <summary>Whether files are copied into the folder; otherwise it gets links to them.</summary>
    public bool Copy { get; init; }

    /// <summary>How photos are compared, so that those that are alike stay together.</summary>
    public ExaminationOptions Examination { get; init; } = new();
}

/// <summary>What was divided: what <c>graft data split --json</c> prints.</summary>
public sealed record DataSplitReport
{
    /// <summary>The folder or manifest that was written.</summary>
    public required string Output { get; init; }

    /// <summary>For each class how many images each split has.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyDictionary<string, int>> Classes { get; init; }

    /// <summary>Groups of two or more photos that are alike and were kept together.</summary>
    public required int Groups { get; init; }

    /// <summary>How many photos are in these groups.</summary>
    public required int GroupedImages { get; init; }

    /// <summary>Files that were left out, and why.</summary>
    public required IReadOnlyList<BadImage> BadImages { get; init; }

    /// <summary>Seconds that it took.</summary>
    public required double Seconds { get; init; }
}
