using System.Runtime.Intrinsics;

namespace Graft.Tensors.Kernels.Optimization;

/// <summary>
/// An optimizer's step on all elements of a parameter, vectorised and shared out among the threads: it reads and writes
/// every array once and is limited by memory bandwidth.
/// </summary>
internal static unsafe class UpdateKernel
{
    /// <summary>Elements that one task works on.</summary>
    private const int TaskLength = 1 << 15;

    /// <summary>Applies a rule.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="values">The parameter.</param>
    /// <param name="gradients">The gradients.</param>
    /// <param name="first">The first array of the optimizer's state; null where the rule has none.</param>
    /// <param name="second">The second array; null where the rule has none.</param>
    /// <param name="length">The number of elements.</param>
    /// <param name="workers">The worker threads; only the calling thread when null.</param>
    public static void Run<TRule>(
        TRule rule,
        float* values,
        float* gradients,
        float* first,
        float* second,
        int length,
        WorkerPool? workers
    )
        where TRule : struct, IUpdateRule
    {
        var tasks = (length + TaskLength - 1) / TaskLength;
        if (workers is null || tasks <= 1)
        {
            Widest(rule, values, gradients, first, second, 0, length);
            return;
        }

        workers.Run(tasks, (task, _) =>
            Widest(rule, values, gradients, first, second, task * TaskLength, Math.Min(length, (task + 1) * TaskLength))
        );
    }

    /// <summary>
    /// Applies a rule to the elements from <paramref name="start"/> to <paramref name="end"/> - 1 with vectors of one
    /// width.
    /// </summary>
    internal static void Part<TRule, TWidth, TVector>(
        TRule rule,
        float* values,
        float* gradients,
        float* first,
        float* second,
        int start,
        int end
    )
        where TRule : struct, IUpdateRule
        where TWidth : struct, IVectorWidth<TVector>
        where TVector : struct
    {
        var i = start;
        for (; i + TWidth.Count <= end; i += TWidth.Count)
            Elements<TRule, TWidth, TVector>(rule, values, gradients, first, second, i);
        for (; i < end; i++)
            Elements<TRule, WidthScalar, float>(rule, values, gradients, first, second, i);
    }

    private static void Widest<TRule>(
        TRule rule,
        float* values,
        float* gradients,
        float* first,
        float* second,
        int start,
        int end
    )
        where TRule : struct, IUpdateRule
    {
        if (Vector512.IsHardwareAccelerated)
            Part<TRule, Width512, Vector512<float>>(rule, values, gradients, first, second, start, end);
        else if (Vector256.IsHardwareAccelerated)
            Part<TRule, Width256, Vector256<float>>(rule, values, gradients, first, second, start, end);
        else
            Part<TRule, Width128, Vector128<float>>(rule, values, gradients, first, second, start, end);
    }

    private static void Elements<TRule, TWidth, TVector>(
        TRule rule,
        float* values,
        float* gradients,
        float* first,
        float* second,
        int i
    )
        where TRule : struct, IUpdateRule
        where TWidth : struct, IVectorWidth<TVector>
        where TVector : struct
    {
        var value = TWidth.Load(values + i);
        var one = first is null ? TWidth.Zero : TWidth.Load(first + i);
        var two = second is null ? TWidth.Zero : TWidth.Load(second + i);
        rule.Update<TWidth, TVector>(ref value, TWidth.Load(gradients + i), ref one, ref two);
        TWidth.Store(values + i, value);
        if (first is not null)
            TWidth.Store(first + i, one);
        if (second is not null)
            TWidth.Store(second + i, two);
    }
}
