namespace Graft.Training.Runs;

/// <summary>The two classifiers to compare and the images.</summary>
public sealed record ComparisonRequest
{
    /// <summary>
    /// The images and settings for both; <see cref="EvaluationRequest.Model"/> is the first classifier's file.
    /// </summary>
    public required EvaluationRequest Evaluation { get; init; }

    /// <summary>The second classifier's file.</summary>
    public required string Other { get; init; }

    /// <summary>The seed of the bootstrap.</summary>
    public ulong Seed { get; init; }
}
