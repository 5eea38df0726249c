using Graft.Learning.Evaluation;
using Graft.Training.Runs;

namespace Graft.Training.Planning;

/// <summary>What each way to train would cost, and which is recommended. Immutable.</summary>
public sealed record PlanningReport
{
    /// <summary>The dataset.</summary>
    public required string Data { get; init; }

    /// <summary>How many classes it has.</summary>
    public required int Classes { get; init; }

    /// <summary>Images that are learned from.</summary>
    public required int TrainImages { get; init; }

    /// <summary>Images to validate with.</summary>
    public required int ValidationImages { get; init; }

    /// <summary>Images to test with.</summary>
    public required int TestImages { get; init; }

    /// <summary>Threads that were measured with.</summary>
    public required int Threads { get; init; }

    /// <summary>How long training may take, in seconds.</summary>
    public required double BudgetSeconds { get; init; }

    /// <summary>Every backbone with every method, in the order that was asked for.</summary>
    public required IReadOnlyList<PlannedRoute> Routes { get; init; }

    /// <summary>The recommended route.</summary>
    public required PlannedRoute Recommended { get; init; }

    /// <summary>How long the probe took, in seconds.</summary>
    public required double ProbeSeconds { get; init; }
}

/// <summary>One backbone trained with by one method. Immutable.</summary>
/// <param name="Backbone">The backbone as it is asked for: a name or a path.</param>
/// <param name="Method">The method, at its defaults.</param>
/// <param name="Seconds">
/// The whole training from now on, features that are not known yet, evaluation and report included.
/// </param>
/// <param name="MemoryBytes">The most physical memory.</param>
/// <param name="DiskBytes">What the feature store and the run folder grow to.</param>
/// <param name="IsWithinBudget">Whether the time suffices.</param>
/// <param name="Expected">
/// What accuracy to expect of the head on cached features; null where too few images could be tried.
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
/// The accuracy of heads on cached features of some of the images, each measured on images that it had not learned
/// from. Immutable.
/// </summary>
/// <param name="Accuracy">The share that was called rightly.</param>
/// <param name="Interval">Its 95 % interval.</param>
/// <param name="Images">How many images were tried.</param>
public sealed record ExpectedAccuracy(double Accuracy, ConfidenceInterval Interval, int Images);
