using System.Runtime.CompilerServices;

namespace Graft.Tensors.Kernels.Gradients;

/// <summary>
/// The tile of 6 rows by 2 vectors: 12 sums, 2 vectors of the panel and a broadcast fit in 16 registers.
/// </summary>
/// <inheritdoc cref="OuterProductKernel"/>
internal sealed unsafe class OuterProductKernel<TWidth, TVector> : OuterProductKernel
    where TWidth : struct, IVectorWidth<TVector>
    where TVector : struct
{
    public override int Columns => 2 * TWidth.Count;

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public override void Multiply(
        float* left,
        nint* starts,
        int rows,
        int count,
        nint step,
        float* right,
        float* next,
        float* tile
    )
    {
        TVector s00,
            s01,
            s10,
            s11,
            s20,
            s21,
            s30,
            s31,
            s40,
            s41,
            s50,
            s51;
        s00 = s01 = s10 = s11 = s20 = s21 = s30 = s31 = s40 = s41 = s50 = s51 = TWidth.Zero;
        for (var row = 0; row < rows; row++)
        {
            var values = left + starts[row];
            var pixel = 0;
            for (; pixel + 2 <= count; pixel += 2, values += 2 * step, right += 4 * TWidth.Count)
            {
                Prefetch.Lines(next + (values - left), 1);
                Step(
                    values,
                    right,
                    ref s00,
                    ref s01,
                    ref s10,
                    ref s11,
                    ref s20,
                    ref s21,
                    ref s30,
                    ref s31,
                    ref s40,
                    ref s41,
                    ref s50,
                    ref s51
                );
                Step(
                    values + step,
                    right + (2 * TWidth.Count),
                    ref s00,
                    ref s01,
                    ref s10,
                    ref s11,
                    ref s20,
                    ref s21,
                    ref s30,
                    ref s31,
                    ref s40,
                    ref s41,
                    ref s50,
                    ref s51
                );
            }

            for (; pixel < count; pixel++, values += step, right += 2 * TWidth.Count)
                Step(
                    values,
                    right,
                    ref s00,
                    ref s01,
                    ref s10,
                    ref s11,
                    ref s20,
                    ref s21,
                    ref s30,
                    ref s31,
                    ref s40,
                    ref s41,
                    ref s50,
                    ref s51
                );
        }

        StoreRow(tile, 0, s00, s01);
        StoreRow(tile, 1, s10, s11);
        StoreRow(tile, 2, s20, s21);
        StoreRow(tile, 3, s30, s31);
        StoreRow(tile, 4, s40, s41);
        StoreRow(tile, 5, s50, s51);
    }

    public override void Add(float* tile, float* target, nint stride, int rowCount, int columnCount)
    {
        var width = 2 * TWidth.Count;
        for (var row = 0; row < rowCount; row++, tile += width, target += stride)
        {
            if (columnCount == width)
            {
                TWidth.Store(target, TWidth.Add(TWidth.Load(target), TWidth.Load(tile)));
                TWidth.Store(
                    target + TWidth.Count,
                    TWidth.Add(TWidth.Load(target + TWidth.Count), TWidth.Load(tile + TWidth.Count))
                );
                continue;
            }

            for (var column = 0; column < columnCount; column++)
                target[column] += tile[column];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Step(
        float* values,
        float* right,
        ref TVector s00,
        ref TVector s01,
        ref TVector s10,
        ref TVector s11,
        ref TVector s20,
        ref TVector s21,
        ref TVector s30,
        ref TVector s31,
        ref TVector s40,
        ref TVector s41,
        ref TVector s50,
        ref TVector s51
    )
    {
        var first = TWidth.Load(right);
        var second = TWidth.Load(right + TWidth.Count);
        var value0 = TWidth.Broadcast(values[0]);
        s00 = TWidth.MultiplyAdd(value0, first, s00);
        s01 = TWidth.MultiplyAdd(value0, second, s01);
        var value1 = TWidth.Broadcast(values[1]);
        s10 = TWidth.MultiplyAdd(value1, first, s10);
        s11 = TWidth.MultiplyAdd(value1, second, s11);
        var value2 = TWidth.Broadcast(values[2]);
        s20 = TWidth.MultiplyAdd(value2, first, s20);
        s21 = TWidth.MultiplyAdd(value2, second, s21);
        var value3 = TWidth.Broadcast(values[3]);
        s30 = TWidth.MultiplyAdd(value3, first, s30);
        s31 = TWidth.MultiplyAdd(value3, second, s31);
        var value4 = TWidth.Broadcast(values[4]);
        s40 = TWidth.MultiplyAdd(value4, first, s40);
        s41 = TWidth.MultiplyAdd(value4, second, s41);
        var value5 = TWidth.Broadcast(values[5]);
        s50 = TWidth.MultiplyAdd(value5, first, s50);
        s51 = TWidth.MultiplyAdd(value5, second, s51);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreRow(float* tile, int row, TVector first, TVector second)
    {
        TWidth.Store(tile + (row * 2 * TWidth.Count), first);
        TWidth.Store(tile + (row * 2 * TWidth.Count) + TWidth.Count, second);
    }
}
