using Graft.Tensors;

namespace Graft.Layers;

/// <summary>Sums that several layers' backward passes need.</summary>
internal static class Gradients
{
    /// <summary>Adds the sum over all but the last dimension, taken in order, to <paramref name="target"/>.</summary>
    /// <param name="values"><c>[..., n]</c>.</param>
    /// <param name="target"><c>[n]</c>.</param>
    public static void AddColumnSums(Tensor values, Tensor target)
    {
        var columns = target.Length;
        var sums = target.Span;
        var all = values.Span;
        for (var start = 0; start < all.Length; start += columns)
        {
            var row = all.Slice(start, columns);
            for (var i = 0; i < row.Length; i++)
                sums[i] += row[i];
        }
    }

    /// <summary>Adds the elements of <paramref name="values"/> to <paramref name="target"/>.</summary>
    public static unsafe void Add(Tensor values, Tensor target, WorkerPool workers) =>
        Graft.Tensors.Kernels.Elementwise.ElementwiseKernel.AddAndClamp(
            target.Pointer, values.Pointer, target.Pointer, target.Length, float.NegativeInfinity, float.PositiveInfinity, workers);
}
