using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Graft.Tensors;

namespace Graft.Training.Benchmarking;

/// <summary>
/// How many multiply-add operations this machine can do at the most: chains of fused multiply-adds that wait for
/// nothing but themselves, in registers, at every vector width that the processor has.
/// </summary>
/// <remarks>
/// An FMA unit takes 4 to 5 cycles and starts one or two operations each cycle, so 12 chains keep it busy, and leave
/// enough of 16 registers for the operands. All threads run at once: the clock is what it is when all cores work.
/// Where a processor has no FMA, a multiplication and an addition stand for it.
/// </remarks>
public static class FmaPeak
{
    private const int Chains = 12;
    private const int StepsPerSlice = 200_000;

    /// <summary>Measures the peak of all threads of a pool together.</summary>
    /// <param name="workers">The threads, all of which take part.</param>
    /// <param name="seconds">How long each vector width is measured, in seconds.</param>
    /// <param name="cancellationToken">Stops between two slices of some milliseconds.</param>
    /// <returns>
    /// The best rate seen, in GFLOP/s (an FMA on a lane is two operations); the widest vector is not always the
    /// fastest.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">The time is not positive.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static double Measure(
        WorkerPool workers,
        double seconds = 0.3,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(workers);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(seconds);
        var best = Best(Chain128, Vector128<float>.Count);
        if (Vector256.IsHardwareAccelerated)
            best = Math.Max(best, Best(Chain256, Vector256<float>.Count));
        if (Vector512.IsHardwareAccelerated)
            best = Math.Max(best, Best(Chain512, Vector512<float>.Count));
        return best;

        double Best(Func<int, float> chain, int lanes)
        {
            var operations = 2.0 * Chains * lanes * StepsPerSlice * workers.ThreadCount;
            var fastest = double.PositiveInfinity;
            var start = Stopwatch.GetTimestamp();
            do
            {
                cancellationToken.ThrowIfCancellationRequested();
                var slice = Stopwatch.GetTimestamp();
                RunOnEveryThread(workers, chain);
                fastest = Math.Min(fastest, Stopwatch.GetElapsedTime(slice).TotalSeconds);
            } while (Stopwatch.GetElapsedTime(start).TotalSeconds < seconds);
            return operations / fastest / 1e9;
        }
    }

    /// <summary>A thread that took a task waits until all have one, so that none does another's.</summary>
    private static void RunOnEveryThread(WorkerPool workers, Func<int, float> chain)
    {
        var arrived = 0;
        workers.Run(workers.ThreadCount, (_, _) =>
        {
            Interlocked.Increment(ref arrived);
            var wait = new SpinWait();
            while (Volatile.Read(ref arrived) < workers.ThreadCount)
                wait.SpinOnce(sleep1Threshold: -1);
            if (float.IsNaN(chain(StepsPerSlice)))
                throw new InvalidOperationException("Measuring the peak: the sums are no numbers.");
        });
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static float Chain128(int steps)
    {
        var (x, y) = (Vector128.Create(0.999f), Vector128.Create(0.001f));
        Vector128<float> a = y,
            b = y,
            c = y,
            d = y,
            e = y,
            f = y,
            g = y,
            h = y,
            i = y,
            j = y,
            k = y,
            l = y;
        for (var step = 0; step < steps; step++)
        {
            a = Vector128.MultiplyAddEstimate(a, x, y);
            b = Vector128.MultiplyAddEstimate(b, x, y);
            c = Vector128.MultiplyAddEstimate(c, x, y);
            d = Vector128.MultiplyAddEstimate(d, x, y);
            e = Vector128.MultiplyAddEstimate(e, x, y);
            f = Vector128.MultiplyAddEstimate(f, x, y);
            g = Vector128.MultiplyAddEstimate(g, x, y);
            h = Vector128.MultiplyAddEstimate(h, x, y);
            i = Vector128.MultiplyAddEstimate(i, x, y);
            j = Vector128.MultiplyAddEstimate(j, x, y);
            k = Vector128.MultiplyAddEstimate(k, x, y);
            l = Vector128.MultiplyAddEstimate(l, x, y);
        }

        return Vector128.Sum(a + b + c + d + e + f + g + h + i + j + k + l);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static float Chain256(int steps)
    {
        var (x, y) = (Vector256.Create(0.999f), Vector256.Create(0.001f));
        Vector256<float> a = y,
            b = y,
            c = y,
            d = y,
            e = y,
            f = y,
            g = y,
            h = y,
            i = y,
            j = y,
            k = y,
            l = y;
        for (var step = 0; step < steps; step++)
        {
            a = Vector256.MultiplyAddEstimate(a, x, y);
            b = Vector256.MultiplyAddEstimate(b, x, y);
            c = Vector256.MultiplyAddEstimate(c, x, y);
            d = Vector256.MultiplyAddEstimate(d, x, y);
            e = Vector256.MultiplyAddEstimate(e, x, y);
            f = Vector256.MultiplyAddEstimate(f, x, y);
            g = Vector256.MultiplyAddEstimate(g, x, y);
            h = Vector256.MultiplyAddEstimate(h, x, y);
            i = Vector256.MultiplyAddEstimate(i, x, y);
            j = Vector256.MultiplyAddEstimate(j, x, y);
            k = Vector256.MultiplyAddEstimate(k, x, y);
            l = Vector256.MultiplyAddEstimate(l, x, y);
        }

        return Vector256.Sum(a + b + c + d + e + f + g + h + i + j + k + l);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static float Chain512(int steps)
    {
        var (x, y) = (Vector512.Create(0.999f), Vector512.Create(0.001f));
        Vector512<float> a = y,
            b = y,
            c = y,
            d = y,
            e = y,
            f = y,
            g = y,
            h = y,
            i = y,
            j = y,
            k = y,
            l = y;
        for (var step = 0; step < steps; step++)
        {
            a = Vector512.MultiplyAddEstimate(a, x, y);
            b = Vector512.MultiplyAddEstimate(b, x, y);
            c = Vector512.MultiplyAddEstimate(c, x, y);
            d = Vector512.MultiplyAddEstimate(d, x, y);
            e = Vector512.MultiplyAddEstimate(e, x, y);
            f = Vector512.MultiplyAddEstimate(f, x, y);
            g = Vector512.MultiplyAddEstimate(g, x, y);
            h = Vector512.MultiplyAddEstimate(h, x, y);
            i = Vector512.MultiplyAddEstimate(i, x, y);
            j = Vector512.MultiplyAddEstimate(j, x, y);
            k = Vector512.MultiplyAddEstimate(k, x, y);
            l = Vector512.MultiplyAddEstimate(l, x, y);
        }

        return Vector512.Sum(a + b + c + d + e + f + g + h + i + j + k + l);
    }
}
