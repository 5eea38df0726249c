using Graft.Layers.Inference;

namespace Graft.Training.Benchmarking;

/// <summary>The measurements of a benchmark. Immutable.</summary>
public sealed record BackboneBenchmarkReport
{
    /// <summary>The name of the trunk.</summary>
    public required string Backbone { get; init; }

    /// <summary>The height and width of an image in pixels.</summary>
    public required int ImageSize { get; init; }

    /// <summary>The number of images in a batch.</summary>
    public required int BatchSize { get; init; }

    /// <summary>The number of threads.</summary>
    public required int Threads { get; init; }

    /// <summary>The throughput of the rounds in images per second, from pixels to features.</summary>
    public required Spread ImagesPerSecond { get; init; }

    /// <summary>10^9 operations for one image, with every convolution counted as a direct one.</summary>
    public required double GigaoperationsPerImage { get; init; }

    /// <summary>
    /// GFLOP/s at the median throughput. Convolutions are counted as direct ones, so algorithms that need fewer
    /// operations can exceed the peak.
    /// </summary>
    public double Gigaflops => ImagesPerSecond.Median * GigaoperationsPerImage;

    /// <summary>
    /// The machine's peak on the same number of threads in GFLOP/s: the higher of one measurement before and one after.
    /// </summary>
    public required double PeakGigaflops { get; init; }

    /// <summary><see cref="Gigaflops"/> as a share of <see cref="PeakGigaflops"/>.</summary>
    public double ShareOfPeak => Gigaflops / PeakGigaflops;

    /// <summary>
    /// The peak of physical memory used by the process so far, in MiB; null if the system does not report it.
    /// </summary>
    public required double? PeakMemoryMebibytes { get; init; }

    /// <summary>
    /// The memory in use before the network is compiled, including the network and its weights, in MiB.
    /// </summary>
    public required double MemoryBeforeMebibytes { get; init; }

    /// <summary>The time to compile the network in seconds, including packing of weights.</summary>
    public required double PlanSeconds { get; init; }

    /// <summary>The time of the first run in seconds. It touches memory and compiles code for the first time.</summary>
    public required double FirstRunSeconds { get; init; }

    /// <summary>The number of rounds.</summary>
    public required int Rounds { get; init; }

    /// <summary>The arithmetic, see <see cref="ICompiledNetwork.Numerics"/>.</summary>
    public required string Numerics { get; init; }

    /// <summary>The time of every step; null unless requested.</summary>
    public PlanProfile? Profile { get; init; }

    /// <summary>The read bandwidth of memory in GB/s; null unless requested with the layers.</summary>
    public double? MemoryGigabytesPerSecond { get; init; }
}
