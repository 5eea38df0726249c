using System.Text.Json.Serialization;
using Graft.Layers.Optimizers.Schedules;

namespace Graft.Learning.Fitting.Checkpoints;

/// <summary>
/// The contents of a checkpoint besides tensors. The state of a random generator is not needed: whatever is drawn
/// depends only on seed, epoch and batch.
/// </summary>
internal sealed record CheckpointState
{
    /// <summary>The format of the file; other formats are not read.</summary>
    public const int CurrentFormat = 1;

    public int Format { get; init; } = CurrentFormat;

    /// <summary>The SHA-256 of this file with the digest left empty.</summary>
    public string Digest { get; init; } = "";

    /// <summary>The name of the tensor file in the same folder, then its length in bytes and its SHA-256.</summary>
    public required string TensorFile { get; init; }

    public required long TensorBytes { get; init; }

    public required string TensorDigest { get; init; }

    /// <summary>The settings that must be the same to resume the training.</summary>
    public required IReadOnlyDictionary<string, string> Settings { get; init; }

    /// <summary>Whether the training has ended.</summary>
    public required bool Finished { get; init; }

    public required int Epoch { get; init; }

    /// <summary>The number of completed batches in the epoch.</summary>
    public required int Batch { get; init; }

    public required double LossSum { get; init; }

    public required int Correct { get; init; }

    public required int Examples { get; init; }

    public required long OptimizerSteps { get; init; }

    public required double LearningRate { get; init; }

    public long? AverageSteps { get; init; }

    public PlateauState? Plateau { get; init; }

    public string? StopReason { get; init; }

    public required double ElapsedSeconds { get; init; }

    public required IReadOnlyList<EpochResult> History { get; init; }

    /// <summary>The numbers of each callback, in the callbacks' order.</summary>
    public required IReadOnlyList<IReadOnlyDictionary<string, double>> Callbacks { get; init; }
}

/// <summary>The JSON form of checkpoints.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    WriteIndented = true,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals
)]
[JsonSerializable(typeof(CheckpointState))]
internal sealed partial class CheckpointJson : JsonSerializerContext;
