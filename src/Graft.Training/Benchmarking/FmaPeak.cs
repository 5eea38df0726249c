using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Graft.Tensors;
using Graft.Tensors.Kernels;

namespace Graft.Training.Benchmarking;

/// <summary>
/// Measures the peak rate of multiply-add operations of this machine, with chains of fused multiply-adds in registers
/// at every vector width that the processor has.
/// </summary>
/// <remarks>
/// An FMA takes 4 to 5 cycles, and one or two are started in each cycle. 12 independent chains keep the units busy and
/// leave enough of 16 registers for the operands. All threads run at once, so the clock frequency is that of all cores
/// working. On a processor without FMA, a multiplication and an addition take its place.
/// </remarks>
public static class FmaPeak
{
    private const int Chains = 12;
    private const int StepsPerSlice = 200_000;

    /// <summary>Measures the peak of all threads of a pool together.</summary>
    /// <param name="workers">The threads, all of which take part.</param>
    /// <param name="seconds">The duration of the measurement for each vector width, in seconds.</param>
    /// <param name="cancellationToken">Cancels the work between slices of some milliseconds.</param>
    /// <returns>
    /// The highest rate in GFLOP/s; an FMA on one lane is two operations. The widest vectors are not always the
    /// fastest.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">The time is not positive.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public static double Measure(
        WorkerPool workers,
        double seconds = 0.3,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(workers);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(seconds);
        var best = Best(Chain<Width128, Vector128<float>>, Width128.Count);
        if (VectorWidth.Widest >= Width256.Count)
            best = Math.Max(best, Best(Chain<Width256, Vector256<float>>, Width256.Count));
        if (VectorWidth.Widest >= Width512.Count)
            best = Math.Max(best, Best(Chain<Width512, Vector512<float>>, Width512.Count));
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

    /// <summary>
    /// Runs the chain once on every thread. A thread waits until all have a task, so that none takes two.
    /// </summary>
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
                throw new InvalidOperationException("Measuring the peak: the sums are not numbers.");
        });
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static unsafe float Chain<TWidth, TVector>(int steps)
        where TWidth : struct, IVectorWidth<TVector>
        where TVector : struct
    {
        var (x, y) = (TWidth.Broadcast(0.999f), TWidth.Broadcast(0.001f));
        TVector a = y,
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
            a = TWidth.MultiplyAdd(a, x, y);
            b = TWidth.MultiplyAdd(b, x, y);
            c = TWidth.MultiplyAdd(c, x, y);
            d = TWidth.MultiplyAdd(d, x, y);
            e = TWidth.MultiplyAdd(e, x, y);
            f = TWidth.MultiplyAdd(f, x, y);
            g = TWidth.MultiplyAdd(g, x, y);
            h = TWidth.MultiplyAdd(h, x, y);
            i = TWidth.MultiplyAdd(i, x, y);
            j = TWidth.MultiplyAdd(j, x, y);
            k = TWidth.MultiplyAdd(k, x, y);
            l = TWidth.MultiplyAdd(l, x, y);
        }

        var sum = a;
        foreach (var chain in (TVector[])[b, c, d, e, f, g, h, i, j, k, l])
            sum = TWidth.Add(sum, chain);
        var lanes = stackalloc float[TWidth.Count];
        TWidth.Store(lanes, sum);
        return new ReadOnlySpan<float>(lanes, TWidth.Count).ToArray().Sum();
    }
}
