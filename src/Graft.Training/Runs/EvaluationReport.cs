using System.Diagnostics.CodeAnalysis;
using Graft.Data;
using Graft.Training.Measurement;

namespace Graft.Training.Runs;

/// <summary>The evaluation of a classifier, as <c>graft evaluate --json</c> prints it.</summary>
public sealed record EvaluationReport : SplitMetrics
{
    /// <summary>Makes a report from metrics.</summary>
    /// <param name="metrics">The metrics.</param>
    [SetsRequiredMembers]
    public EvaluationReport(SplitMetrics metrics)
        : base(metrics) { }

    /// <summary>The model's classes.</summary>
    public IReadOnlyList<string> Classes { get; init; } = [];

    /// <summary>The images that were left out, with the reasons.</summary>
    public IReadOnlyList<BadImage> BadImages { get; init; } = [];

    /// <summary>The number of views of each image over which probabilities were averaged.</summary>
    public int TestTimeViews { get; init; } = 1;

    /// <summary>The number of features computed by this run.</summary>
    public int FeaturesComputed { get; init; }

    /// <summary>The number of features read from the feature store.</summary>
    public int FeaturesReused { get; init; }

    /// <summary>The elapsed time in seconds.</summary>
    public double Seconds { get; init; }

    /// <summary>The folder of images.</summary>
    public string Data { get; init; } = "";

    /// <summary>The split that was used; null if the folder has no splits.</summary>
    public string? Split { get; init; }

    /// <summary>The classifier's file.</summary>
    public string Model { get; init; } = "";
}
