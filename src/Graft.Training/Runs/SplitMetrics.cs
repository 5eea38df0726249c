using Graft.Training.Evaluation;

namespace Graft.Training.Runs;

/// <summary>The figures of one split, as <c>metrics.json</c> has them.</summary>
public sealed record SplitMetrics
{
    /// <summary>How many images.</summary>
    public required int Images { get; init; }

    /// <summary>Top-1 accuracy, 0 to 1.</summary>
    public required double Accuracy { get; init; }

    /// <summary>Top-5 accuracy, 0 to 1.</summary>
    public required double Top5 { get; init; }

    /// <summary>Mean cross-entropy in nats.</summary>
    public required double Loss { get; init; }

    /// <summary>The figures of each class.</summary>
    public required IReadOnlyList<LabelMetrics> PerClass { get; init; }

    /// <summary>For each true class how many images were called each class.</summary>
    public required IReadOnlyList<IReadOnlyList<int>> Confusion { get; init; }

    /// <summary>Puts class names to figures.</summary>
    /// <param name="metrics">The figures.</param>
    /// <param name="classNames">The classes.</param>
    public static SplitMetrics Of(ClassificationMetrics metrics, IReadOnlyList<string> classNames)
    {
        ArgumentNullException.ThrowIfNull(metrics);
        return new()
        {
            Images = metrics.Images,
            Accuracy = metrics.Accuracy,
            Top5 = metrics.Top5,
            Loss = metrics.Loss,
            PerClass = [.. metrics.PerClass.Select((figures, i) => new LabelMetrics(classNames[i], figures.Precision, figures.Recall, figures.F1, figures.Support))],
            Confusion = metrics.Confusion,
        };
    }
}

/// <summary>The figures of one class.</summary>
/// <param name="Label">The class.</param>
/// <param name="Precision">Of those called this class, the share that is.</param>
/// <param name="Recall">Of those that are this class, the share called so.</param>
/// <param name="F1">The harmonic mean of the two.</param>
/// <param name="Support">How many images are of this class.</param>
public sealed record LabelMetrics(string Label, double Precision, double Recall, double F1, int Support);
