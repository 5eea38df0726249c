using System.Runtime.Intrinsics;

namespace Graft.Tensors.Kernels.Optimization;

/// <summary>
/// The sum of the squares of many numbers, in an order that does not depend on the number of threads.
/// </summary>
internal static unsafe class SquaredNorm
{
    /// <summary>
    /// The number of elements in a block. The lanes of vectors are summed in float32; lanes and blocks are added in
    /// double.
    /// </summary>
    private const int BlockLength = 1 << 12;

    /// <summary>The sum of squares; not finite if and only if a number is not finite.</summary>
    /// <param name="values">The numbers.</param>
    /// <param name="length">The number of values.</param>
    /// <param name="workers">The worker threads; only the calling thread when null.</param>
    public static double Compute(float* values, int length, WorkerPool? workers)
    {
        var blocks = (length + BlockLength - 1) / BlockLength;
        if (workers is null || blocks <= 8)
        {
            var sum = 0.0;
            for (var block = 0; block < blocks; block++)
                sum += Block(values, block, length);
            return sum;
        }

        var sums = new double[blocks];
        workers.Run(blocks, (block, _) => sums[block] = Block(values, block, length));
        var total = 0.0;
        foreach (var sum in sums)
            total += sum;
        return total;
    }

    /// <summary>The sum of squares of consecutive numbers, with vectors of one width.</summary>
    internal static double Part<TWidth, TVector>(float* values, int length)
        where TWidth : struct, IVectorWidth<TVector>
        where TVector : struct
    {
        var (one, two) = (TWidth.Zero, TWidth.Zero);
        var i = 0;
        for (; i + (2 * TWidth.Count) <= length; i += 2 * TWidth.Count)
        {
            var (left, right) = (TWidth.Load(values + i), TWidth.Load(values + i + TWidth.Count));
            one = TWidth.MultiplyAdd(left, left, one);
            two = TWidth.MultiplyAdd(right, right, two);
        }

        var lanes = stackalloc float[TWidth.Count];
        TWidth.Store(lanes, TWidth.Add(one, two));
        var sum = 0.0;
        for (var lane = 0; lane < TWidth.Count; lane++)
            sum += lanes[lane];
        return double.IsFinite(sum) ? sum + Exact(values + i, length - i) : Exact(values, length);
    }

    private static double Block(float* values, int block, int length)
    {
        var start = block * BlockLength;
        var count = Math.Min(BlockLength, length - start);
        return VectorWidth.Widest switch
        {
            16 => Part<Width512, Vector512<float>>(values + start, count),
            8 => Part<Width256, Vector256<float>>(values + start, count),
            _ => Part<Width128, Vector128<float>>(values + start, count),
        };
    }

    /// <summary>The sum of squares in double precision, where no square of a float overflows.</summary>
    private static double Exact(float* values, int length)
    {
        var sum = 0.0;
        for (var i = 0; i < length; i++)
            sum += (double)values[i] * values[i];
        return sum;
    }
}
