using System.Diagnostics.CodeAnalysis;
using Graft.Data;
using Graft.Training.Measurement;

namespace Graft.Training.Runs;

/// <summary>How well a classifier does: what <c>graft evaluate --json</c> prints.</summary>
public sealed record EvaluationReport : SplitMetrics
{
    /// <summary>Puts to figures what was measured.</summary>
    /// <param name="metrics">The figures.</param>
    [SetsRequiredMembers]
    public EvaluationReport(SplitMetrics metrics)
        : base(metrics) { }

    /// <summary>The model's classes.</summary>
    public IReadOnlyList<string> Classes { get; init; } = [];

    /// <summary>The images that were left out, and why.</summary>
    public IReadOnlyList<BadImage> BadImages { get; init; } = [];

    /// <summary>Over how many views of an image probabilities were averaged.</summary>
    public int TestTimeViews { get; init; } = 1;

    /// <summary>Features that were computed now.</summary>
    public int FeaturesComputed { get; init; }

    /// <summary>Features that were known.</summary>
    public int FeaturesReused { get; init; }

    /// <summary>Seconds that it took.</summary>
    public double Seconds { get; init; }

    /// <summary>The folder that was measured on.</summary>
    public string Data { get; init; } = "";

    /// <summary>Which split of it; null where it has none.</summary>
    public string? Split { get; init; }

    /// <summary>The classifier's file.</summary>
    public string Model { get; init; } = "";
}
