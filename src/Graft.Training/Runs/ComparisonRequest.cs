namespace Graft.Training.Runs;

/// <summary>Which two classifiers to compare on which images.</summary>
public sealed record ComparisonRequest
{
    /// <summary>
    /// What both are measured on and how; <see cref="EvaluationRequest.Model"/> is the first classifier's file.
    /// </summary>
    public required EvaluationRequest Evaluation { get; init; }

    /// <summary>The second classifier's file.</summary>
    public required string Other { get; init; }

    /// <summary>Decides what the interval draws.</summary>
    public ulong Seed { get; init; }
}
