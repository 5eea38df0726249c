using Graft.Features.Backbones;

namespace Graft.Training.Benchmarking;

/// <summary>What to benchmark. Immutable.</summary>
public sealed record BackboneBenchmarkRequest
{
    /// <summary>
    /// One of <see cref="BenchmarkBackbones.Names"/> or a name of the catalogue, with random weights where it has none;
    /// or a file with a network.
    /// </summary>
    public BackboneSource Backbone { get; init; } = new();

    /// <summary>Images that go through the network together.</summary>
    public int BatchSize { get; init; } = 16;

    /// <summary>Height and width of an image, in pixels; when null 224, or what the file's network takes.</summary>
    public int? ImageSize { get; init; }

    /// <summary>Threads; the number of processors when 0.</summary>
    public int Threads { get; init; }

    /// <summary>How many rates are measured; their median is reported.</summary>
    public int Rounds { get; init; } = 15;

    /// <summary>How long a round is at least, in seconds; it repeats the batch until then.</summary>
    public double RoundSeconds { get; init; } = 0.3;

    /// <summary>
    /// How long the network runs before the first round at least, in seconds: code is compiled, memory touched, clocks
    /// settled.
    /// </summary>
    public double WarmUpSeconds { get; init; } = 1;

    /// <summary>How long the machine's peak is measured, for each vector width, in seconds.</summary>
    public double PeakSeconds { get; init; } = 0.3;

    /// <summary>Whether convolutions are plain sums, as <see cref="Layers.Inference.PlanOptions.Exact"/>.</summary>
    public bool Exact { get; init; }

    /// <summary>Whether every layer is timed too, and memory measured, after everything else.</summary>
    public bool PerLayer { get; init; }
}
