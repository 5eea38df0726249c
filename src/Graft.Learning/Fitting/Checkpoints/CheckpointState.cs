using System.Text.Json.Serialization;
using Graft.Layers.Optimizers.Schedules;

namespace Graft.Learning.Fitting.Checkpoints;

/// <summary>
/// What a checkpoint holds besides tensors. There is no state of a random generator: whatever is drawn follows from
/// seed, epoch and batch alone.
/// </summary>
internal sealed record CheckpointState
{
    /// <summary>The form of the file; another one is not read.</summary>
    public const int CurrentFormat = 1;

    public int Format { get; init; } = CurrentFormat;

    /// <summary>The SHA-256 of this file with these digits left out.</summary>
    public string Digest { get; init; } = "";

    /// <summary>The file of tensors beside this one, its length in bytes and its SHA-256.</summary>
    public required string TensorFile { get; init; }

    public required long TensorBytes { get; init; }

    public required string TensorDigest { get; init; }

    /// <summary>What must be the same for the training to go on.</summary>
    public required IReadOnlyDictionary<string, string> Settings { get; init; }

    /// <summary>Whether the training has ended.</summary>
    public required bool Finished { get; init; }

    public required int Epoch { get; init; }

    /// <summary>How many batches of the epoch were done.</summary>
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

    /// <summary>The numbers of each callback, in their order.</summary>
    public required IReadOnlyList<IReadOnlyDictionary<string, double>> Callbacks { get; init; }
}

/// <summary>How checkpoints are written.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    WriteIndented = true,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals
)]
[JsonSerializable(typeof(CheckpointState))]
internal sealed partial class CheckpointJson : JsonSerializerContext;
