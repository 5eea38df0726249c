using System.Diagnostics;
using Graft.Engines;
using Graft.Layers.Inference;
using Graft.Models;
using Graft.Tensors;

namespace Graft.Training.Benchmarking;

/// <summary>
/// Measures the throughput of a trunk, from pixels in memory to features. Thread-safe, but concurrent runs disturb each
/// other.
/// </summary>
public static class BackboneBenchmark
{
    private const int WarmUpRuns = 2;
    private const int ProfileRounds = 9;
    private const double Mebibyte = 1 << 20;

    /// <summary>Builds a trunk with random weights, warms up, and measures.</summary>
    /// <param name="request">The trunk and the settings.</param>
    /// <param name="progress">Receives progress reports.</param>
    /// <param name="cancellationToken">Cancels the work between batches.</param>
    /// <returns>The measurements.</returns>
    /// <exception cref="ArgumentException">
    /// There is no such backbone, or a number in the request is out of range.
    /// </exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public static BackboneBenchmarkReport Run(
        BackboneBenchmarkRequest request,
        IProgress<BenchmarkProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(request.BatchSize);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(request.Rounds);
        ArgumentOutOfRangeException.ThrowIfNegative(request.RoundSeconds);
        ArgumentOutOfRangeException.ThrowIfNegative(request.WarmUpSeconds);
        BenchmarkBackbones.RequireKnown(request.Backbone);
        RequireProfile(request);
        using var workers = new WorkerPool(request.Threads);
        progress?.Report(new(BenchmarkPhase.Peak));
        var peak = FmaPeak.Measure(workers, request.PeakSeconds, cancellationToken);
        progress?.Report(new(BenchmarkPhase.Build));
        var (name, network) = BenchmarkBackbones.Build(request.Backbone, request.ImageSize);
        using var trunk = network;
        using var pixels = RandomWeights.Pixels(request.BatchSize, network.InputShape);
        var memoryBefore = Process.GetCurrentProcess().WorkingSet64 / Mebibyte;

        var start = Stopwatch.GetTimestamp();
        using var compiled = request.Engine.Compile(network);
        var planSeconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        using var runner = compiled.CreateRunner(request.BatchSize, workers);
        progress?.Report(new(BenchmarkPhase.WarmUp));
        var firstRun = WarmUp(runner, pixels, request.WarmUpSeconds, cancellationToken);
        var rates = new double[request.Rounds];
        for (var round = 0; round < rates.Length; round++)
        {
            progress?.Report(new(BenchmarkPhase.Rounds, round + 1, rates.Length));
            rates[round] = Rate(runner, pixels, request.RoundSeconds, cancellationToken);
        }

        // Read before the measurements below, which allocate memory themselves.
        var peakMemory = PeakMemoryMebibytes();
        peak = Math.Max(peak, FmaPeak.Measure(workers, request.PeakSeconds, cancellationToken));
        if (request.PerLayer)
            progress?.Report(new(BenchmarkPhase.Steps));
        return new BackboneBenchmarkReport
        {
            Backbone = name,
            ImageSize = network.InputShape[0],
            BatchSize = request.BatchSize,
            Threads = workers.ThreadCount,
            ImagesPerSecond = Spread.Compute(rates),
            GigaoperationsPerImage = 2 * NetworkCost.Compute(network).MultiplyAdds / 1e9,
            PeakGigaflops = peak,
            PeakMemoryMebibytes = peakMemory,
            MemoryBeforeMebibytes = memoryBefore,
            PlanSeconds = planSeconds,
            FirstRunSeconds = firstRun,
            Rounds = request.Rounds,
            Numerics = compiled.Numerics,
            Profile = request.PerLayer ? ((PlanRunner)runner).Profile(pixels, ProfileRounds, cancellationToken) : null,
            MemoryGigabytesPerSecond = request.PerLayer
                ? MemoryBandwidth.Measure(workers, cancellationToken: cancellationToken)
                : null,
        };
    }

    /// <summary>
    /// The peak of physical memory used by this process since it started, in MiB; null if the system does not report
    /// it.
    /// </summary>
    public static double? PeakMemoryMebibytes()
    {
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64 is var bytes and > 0 ? bytes / Mebibyte : null;
    }

    private static void RequireProfile(BackboneBenchmarkRequest request)
    {
        if (request is { PerLayer: true, Engine: not GraftEngine })
            throw new ArgumentException(
                $"Only Graft's own engine can time single layers, but the engine is {request.Engine.Name}. Measure "
                    + "without the layers (--per-layer), or with Graft's engine.",
                nameof(request)
            );
    }

    private static double WarmUp(
        INetworkRunner runner,
        Tensor pixels,
        double seconds,
        CancellationToken cancellationToken
    )
    {
        var start = Stopwatch.GetTimestamp();
        runner.Run(pixels).Dispose();
        var first = Stopwatch.GetElapsedTime(start).TotalSeconds;
        for (var run = 0; run < WarmUpRuns || Stopwatch.GetElapsedTime(start).TotalSeconds < seconds; run++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            runner.Run(pixels).Dispose();
        }

        return first;
    }

    private static double Rate(
        INetworkRunner runner,
        Tensor pixels,
        double seconds,
        CancellationToken cancellationToken
    )
    {
        var images = 0;
        var start = Stopwatch.GetTimestamp();
        double elapsed;
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            runner.Run(pixels).Dispose();
            images += pixels.Shape[0];
            elapsed = Stopwatch.GetElapsedTime(start).TotalSeconds;
        } while (elapsed < seconds);
        return images / elapsed;
    }
}
