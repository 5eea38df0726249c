using System.Numerics;
using Graft.Tensors;
using Graft.Tensors.Kernels.Elementwise;
using Graft.Tensors.Kernels.Gradients;

namespace Graft.Layers;

/// <summary>Sums that several layers' backward passes need.</summary>
internal static class Gradients
{
    /// <summary>Adds the sum over all but the last dimension to <paramref name="target"/>.</summary>
    /// <param name="values"><c>[..., n]</c>.</param>
    /// <param name="target"><c>[n]</c>.</param>
    /// <param name="workers">The worker threads.</param>
    public static unsafe void AddColumnSums(Tensor values, Tensor target, WorkerPool workers)
    {
        var channels = target.Length;
        Add(
            ReLUGradient.MaskAndSum(
                values.Pointer,
                null,
                float.PositiveInfinity,
                values.Length / channels,
                channels,
                workers
            ),
            target
        );
    }

    /// <summary>Adds numbers to <paramref name="target"/>.</summary>
    public static void Add(ReadOnlySpan<double> values, Tensor target)
    {
        var sums = target.Span;
        for (var i = 0; i < sums.Length; i++)
            sums[i] += (float)values[i];
    }

    /// <summary>Adds the elements of <paramref name="values"/> to <paramref name="target"/>.</summary>
    public static unsafe void Add(Tensor values, Tensor target, WorkerPool workers) =>
        ElementwiseKernel.AddAndClamp(
            target.Pointer,
            values.Pointer,
            target.Pointer,
            target.Length,
            float.NegativeInfinity,
            float.PositiveInfinity,
            workers
        );

    /// <summary>Adds numbers to as many others.</summary>
    public static void Add(ReadOnlySpan<float> values, Span<float> target)
    {
        var i = 0;
        for (; i + Vector<float>.Count <= values.Length; i += Vector<float>.Count)
            (new Vector<float>(target[i..]) + new Vector<float>(values[i..])).CopyTo(target[i..]);
        for (; i < values.Length; i++)
            target[i] += values[i];
    }
}
