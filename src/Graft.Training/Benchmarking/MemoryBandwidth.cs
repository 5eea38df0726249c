using System.Diagnostics;
using System.Numerics;
using System.Runtime.InteropServices;
using Graft.Tensors;

namespace Graft.Training.Benchmarking;

/// <summary>Measures how fast this machine reads memory that is not cached: the slope of a roofline.</summary>
public static class MemoryBandwidth
{
    private const int Slices = 64;

    /// <summary>Measures reading with all threads of a pool at once, over a block larger than the caches.</summary>
    /// <param name="workers">The threads.</param>
    /// <param name="seconds">The duration of the measurement in seconds.</param>
    /// <param name="mebibytes">The size of the block in MiB; it should be several times the last-level cache.</param>
    /// <param name="cancellationToken">Cancels the work between passes.</param>
    /// <returns>The highest rate of a pass in GB/s, that is 10^9 bytes per second.</returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The time or the size is not positive, or the size is 2 GiB or more.
    /// </exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public static double Measure(
        WorkerPool workers,
        double seconds = 0.5,
        int mebibytes = 512,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(workers);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(seconds);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(mebibytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(mebibytes, 2048);
        // Written first, because pages that were never written can all share one page of zeros.
        using var block = Tensor.Uninitialized(new Shape(mebibytes << 18), new TensorMemory(0));
        block.Span.Fill(1);
        var fastest = double.PositiveInfinity;
        var start = Stopwatch.GetTimestamp();
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            var pass = Stopwatch.GetTimestamp();
            workers.Run(Slices, (slice, _) =>
            {
                var length = block.Length / Slices;
                if (Read(block.Span.Slice(slice * length, length)) <= 0)
                    throw new InvalidOperationException("Measuring memory: the block does not hold what was written.");
            });
            fastest = Math.Min(fastest, Stopwatch.GetElapsedTime(pass).TotalSeconds);
        } while (Stopwatch.GetElapsedTime(start).TotalSeconds < seconds);
        return (double)block.Length * sizeof(float) / fastest / 1e9;
    }

    private static float Read(ReadOnlySpan<float> values)
    {
        // Four independent sums, so that loads are the bottleneck and not the latency of additions.
        var vectors = MemoryMarshal.Cast<float, Vector<float>>(values);
        Vector<float> a = default,
            b = default,
            c = default,
            d = default;
        for (var i = 0; i + 3 < vectors.Length; i += 4)
        {
            a += vectors[i];
            b += vectors[i + 1];
            c += vectors[i + 2];
            d += vectors[i + 3];
        }

        return Vector.Sum(a + b + c + d);
    }
}
