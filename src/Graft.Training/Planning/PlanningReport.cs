using Graft.Learning.Evaluation;
using Graft.Training.Runs;

namespace Graft.Training.Planning;

/// <summary>The estimated cost of each way to train, and a recommendation. Immutable.</summary>
public sealed record PlanningReport
{
    /// <summary>The path of the dataset.</summary>
    public required string Data { get; init; }

    /// <summary>The number of classes.</summary>
    public required int Classes { get; init; }

    /// <summary>The number of training images.</summary>
    public required int TrainImages { get; init; }

    /// <summary>The number of validation images.</summary>
    public required int ValidationImages { get; init; }

    /// <summary>The number of test images.</summary>
    public required int TestImages { get; init; }

    /// <summary>The number of threads used for the measurement.</summary>
    public required int Threads { get; init; }

    /// <summary>The time budget for training in seconds.</summary>
    public required double BudgetSeconds { get; init; }

    /// <summary>Every backbone with every method, in the requested order.</summary>
    public required IReadOnlyList<PlannedRoute> Routes { get; init; }

    /// <summary>The recommended route.</summary>
    public required PlannedRoute Recommended { get; init; }

    /// <summary>The duration of the probe in seconds.</summary>
    public required double ProbeSeconds { get; init; }
}

/// <summary>The estimated cost of one backbone with one method. Immutable.</summary>
/// <param name="Backbone">The backbone, a name or a path.</param>
/// <param name="Method">The method, with its default settings.</param>
/// <param name="Seconds">
/// The time of the whole run from now on in seconds, including missing features, evaluation and report.
/// </param>
/// <param name="MemoryBytes">The peak of physical memory in bytes.</param>
/// <param name="DiskBytes">The size of the features and the run folder in bytes.</param>
/// <param name="IsWithinBudget">Whether the run finishes within the time budget.</param>
/// <param name="Expected">
/// The expected accuracy of a head on cached features; null if the sampled images have fewer than two classes.
/// </param>
public sealed record PlannedRoute(
    string Backbone,
    TrainingMethod Method,
    double Seconds,
    long MemoryBytes,
    long DiskBytes,
    bool IsWithinBudget,
    ExpectedAccuracy? Expected
);

/// <summary>
/// The out-of-fold accuracy of a linear head on cached features of a sample of the training images. Immutable.
/// </summary>
/// <param name="Accuracy">The share of correct predictions, 0 to 1.</param>
/// <param name="Interval">Its 95 % interval.</param>
/// <param name="Images">The number of sampled images.</param>
public sealed record ExpectedAccuracy(double Accuracy, ConfidenceInterval Interval, int Images);
