using Graft.Engines;
using Graft.Features.Backbones;

namespace Graft.Training.Benchmarking;

/// <summary>The trunk to benchmark, and how. Immutable.</summary>
public sealed record BackboneBenchmarkRequest
{
    /// <summary>
    /// The trunk: one of <see cref="BenchmarkBackbones.Names"/> or a name in the catalogue, with random weights if none
    /// are given; or a file with a network.
    /// </summary>
    public BackboneSource Backbone { get; init; } = new();

    /// <summary>The number of images in a batch.</summary>
    public int BatchSize { get; init; } = 16;

    /// <summary>
    /// The height and width of an image in pixels; null for 224, or for the size that the file's network takes.
    /// </summary>
    public int? ImageSize { get; init; }

    /// <summary>The number of threads; 0 for the number of processors.</summary>
    public int Threads { get; init; }

    /// <summary>The number of measurements; their median is reported.</summary>
    public int Rounds { get; init; } = 15;

    /// <summary>The minimum duration of a round in seconds; the batch is repeated until then.</summary>
    public double RoundSeconds { get; init; } = 0.3;

    /// <summary>
    /// The minimum duration of the warm-up in seconds. It compiles code, touches memory and lets clock frequencies
    /// settle.
    /// </summary>
    public double WarmUpSeconds { get; init; } = 1;

    /// <summary>The duration of the measurement of the machine's peak for each vector width, in seconds.</summary>
    public double PeakSeconds { get; init; } = 0.3;

    /// <summary>What runs the trunk; Graft's own engine by default.</summary>
    public IEngine Engine { get; init; } = GraftEngine.Default;

    /// <summary>Whether every layer is timed and memory bandwidth is measured, after everything else.</summary>
    public bool PerLayer { get; init; }
}
