using Graft.Layers.Inference;

namespace Graft.Training.Benchmarking;

/// <summary>What a benchmark measured. Immutable.</summary>
public sealed record BackboneBenchmarkReport
{
    /// <summary>The trunk.</summary>
    public required string Backbone { get; init; }

    /// <summary>Height and width of an image, in pixels.</summary>
    public required int ImageSize { get; init; }

    /// <summary>Images that went through the network together.</summary>
    public required int BatchSize { get; init; }

    /// <summary>Threads that worked.</summary>
    public required int Threads { get; init; }

    /// <summary>Images a second of each round, from pixels to features.</summary>
    public required Spread ImagesPerSecond { get; init; }

    /// <summary>Thousand million operations for one image, every convolution counted as a direct one.</summary>
    public required double GigaoperationsPerImage { get; init; }

    /// <summary>
    /// GFLOP/s at the median rate. As convolutions are counted as direct ones, algorithms that need fewer operations
    /// can come above the peak.
    /// </summary>
    public double Gigaflops => ImagesPerSecond.Median * GigaoperationsPerImage;

    /// <summary>
    /// The machine's peak on as many threads, in GFLOP/s, measured just before and after; the better of the two.
    /// </summary>
    public required double PeakGigaflops { get; init; }

    /// <summary><see cref="Gigaflops"/> as a share of <see cref="PeakGigaflops"/>.</summary>
    public double ShareOfPeak => Gigaflops / PeakGigaflops;

    /// <summary>
    /// The most memory that the process had in use so far, in MiB; null where the system does not tell.
    /// </summary>
    public required double? PeakMemoryMebibytes { get; init; }

    /// <summary>Memory in use before the plan was made, with the network and its weights, in MiB.</summary>
    public required double MemoryBeforeMebibytes { get; init; }

    /// <summary>Seconds to compile the plan, packing of weights included.</summary>
    public required double PlanSeconds { get; init; }

    /// <summary>Seconds of the first run, which finds memory untouched and code not yet compiled.</summary>
    public required double FirstRunSeconds { get; init; }

    /// <summary>How many rounds were measured.</summary>
    public required int Rounds { get; init; }

    /// <summary>The arithmetic, as <see cref="InferencePlan.Numerics"/> names it.</summary>
    public required string Numerics { get; init; }

    /// <summary>The time of every step; null unless asked for.</summary>
    public PlanProfile? Profile { get; init; }

    /// <summary>How fast memory is read, in GB/s; null unless layers were asked for.</summary>
    public double? MemoryGigabytesPerSecond { get; init; }
}
