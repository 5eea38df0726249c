using Graft.Training.Datasets;

namespace Graft.Training.Runs;

/// <summary>How well a classifier does: what <c>graft evaluate --json</c> prints. Shares are from 0 to 1.</summary>
public sealed record EvaluationReport
{
    /// <summary>How many images were measured.</summary>
    public required int Images { get; init; }

    /// <summary>Top-1 accuracy.</summary>
    public required double Accuracy { get; init; }

    /// <summary>Top-5 accuracy.</summary>
    public required double Top5 { get; init; }

    /// <summary>Mean cross-entropy in nats.</summary>
    public required double Loss { get; init; }

    /// <summary>The figures of each class, in the order of <see cref="Classes"/>.</summary>
    public required IReadOnlyList<LabelMetrics> PerClass { get; init; }

    /// <summary>For each true class how many images were called each class.</summary>
    public required IReadOnlyList<IReadOnlyList<int>> Confusion { get; init; }

    /// <summary>The model's classes.</summary>
    public required IReadOnlyList<string> Classes { get; init; }

    /// <summary>The images that were left out, and why.</summary>
    public required IReadOnlyList<BadImage> BadImages { get; init; }

    /// <summary>Over how many views of an image probabilities were averaged.</summary>
    public int TestTimeViews { get; init; } = 1;

    /// <summary>Features that were computed now.</summary>
    public required int FeaturesComputed { get; init; }

    /// <summary>Features that were known.</summary>
    public required int FeaturesReused { get; init; }

    /// <summary>Seconds that it took.</summary>
    public required double Seconds { get; init; }

    /// <summary>The folder that was measured on.</summary>
    public required string Data { get; init; }

    /// <summary>Which split of it; null where it has none.</summary>
    public string? Split { get; init; }

    /// <summary>The classifier's file.</summary>
    public required string Model { get; init; }
}
