using System.Runtime.CompilerServices;

namespace Graft.Tensors.Kernels.Optimization;

/// <summary>
/// An optimizer's step on all elements of a parameter, vectorised and divided among the threads. It reads and writes
/// every array once and is limited by memory bandwidth.
/// </summary>
internal static unsafe class UpdateKernel
{
    /// <summary>The number of elements in a task.</summary>
    private const int TaskLength = 1 << 15;

    /// <summary>Applies a rule.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="values">The parameter.</param>
    /// <param name="gradients">The gradients.</param>
    /// <param name="first">The first array of the optimizer's state; null if the rule has none.</param>
    /// <param name="second">The second array; null if the rule has none.</param>
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
            VectorWidth.ForEach(length, new Update<TRule>(rule, values, gradients, first, second));
            return;
        }

        workers.Run(tasks, (task, _) =>
        {
            var start = task * TaskLength;
            VectorWidth.ForEach(
                Math.Min(TaskLength, length - start),
                new Update<TRule>(
                    rule,
                    values + start,
                    gradients + start,
                    first is null ? null : first + start,
                    second is null ? null : second + start
                )
            );
        });
    }

    /// <summary>Applies a rule to consecutive elements.</summary>
    internal readonly struct Update<TRule>(TRule rule, float* values, float* gradients, float* first, float* second)
        : IVectorKernel
        where TRule : struct, IUpdateRule
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<TWidth, TVector>(int index)
            where TWidth : struct, IVectorWidth<TVector>
            where TVector : struct
        {
            var value = TWidth.Load(values + index);
            var one = first is null ? TWidth.Zero : TWidth.Load(first + index);
            var two = second is null ? TWidth.Zero : TWidth.Load(second + index);
            rule.Update<TWidth, TVector>(ref value, TWidth.Load(gradients + index), ref one, ref two);
            TWidth.Store(values + index, value);
            if (first is not null)
                TWidth.Store(first + index, one);
            if (second is not null)
                TWidth.Store(second + index, two);
        }
    }
}
