using System.Runtime.CompilerServices;

namespace Graft.Tensors.Kernels.Gemm;

/// <summary>The tile of 6 rows by 2 vectors: 12 sums, 2 vectors of the panel and a broadcast fit in 16 registers.</summary>
/// <inheritdoc cref="TileKernel"/>
internal sealed unsafe class TileKernel<TWidth, TVector>(string name) : TileKernel
    where TWidth : struct, IVectorWidth<TVector>
    where TVector : struct
{
    public override string Name => name;

    public override int Rows => 6;

    public override int Columns => 2 * TWidth.Count;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Multiply(float** rows, int taps, nint offset, nint length, float* panel, float* tile, bool resume)
    {
        var columns = 2 * TWidth.Count;
        TVector s00, s01, s10, s11, s20, s21, s30, s31, s40, s41, s50, s51;
        if (resume)
        {
            s00 = TWidth.Load(tile);
            s01 = TWidth.Load(tile + TWidth.Count);
            s10 = TWidth.Load(tile + columns);
            s11 = TWidth.Load(tile + columns + TWidth.Count);
            s20 = TWidth.Load(tile + (2 * columns));
            s21 = TWidth.Load(tile + (2 * columns) + TWidth.Count);
            s30 = TWidth.Load(tile + (3 * columns));
            s31 = TWidth.Load(tile + (3 * columns) + TWidth.Count);
            s40 = TWidth.Load(tile + (4 * columns));
            s41 = TWidth.Load(tile + (4 * columns) + TWidth.Count);
            s50 = TWidth.Load(tile + (5 * columns));
            s51 = TWidth.Load(tile + (5 * columns) + TWidth.Count);
        }
        else
        {
            s00 = s01 = s10 = s11 = s20 = s21 = s30 = s31 = s40 = s41 = s50 = s51 = TWidth.Zero;
        }

        for (var tap = 0; tap < taps; tap++, rows += 6)
        {
            var row0 = rows[0] + offset;
            var row1 = rows[1] + offset;
            var row2 = rows[2] + offset;
            var row3 = rows[3] + offset;
            var row4 = rows[4] + offset;
            var row5 = rows[5] + offset;
            for (nint i = 0; i < length; i++, panel += columns)
            {
                var left = TWidth.Load(panel);
                var right = TWidth.Load(panel + TWidth.Count);
                var value0 = TWidth.Broadcast(row0[i]);
                s00 = TWidth.MultiplyAdd(value0, left, s00);
                s01 = TWidth.MultiplyAdd(value0, right, s01);
                var value1 = TWidth.Broadcast(row1[i]);
                s10 = TWidth.MultiplyAdd(value1, left, s10);
                s11 = TWidth.MultiplyAdd(value1, right, s11);
                var value2 = TWidth.Broadcast(row2[i]);
                s20 = TWidth.MultiplyAdd(value2, left, s20);
                s21 = TWidth.MultiplyAdd(value2, right, s21);
                var value3 = TWidth.Broadcast(row3[i]);
                s30 = TWidth.MultiplyAdd(value3, left, s30);
                s31 = TWidth.MultiplyAdd(value3, right, s31);
                var value4 = TWidth.Broadcast(row4[i]);
                s40 = TWidth.MultiplyAdd(value4, left, s40);
                s41 = TWidth.MultiplyAdd(value4, right, s41);
                var value5 = TWidth.Broadcast(row5[i]);
                s50 = TWidth.MultiplyAdd(value5, left, s50);
                s51 = TWidth.MultiplyAdd(value5, right, s51);
            }
        }

        TWidth.Store(tile, s00);
        TWidth.Store(tile + TWidth.Count, s01);
        TWidth.Store(tile + columns, s10);
        TWidth.Store(tile + columns + TWidth.Count, s11);
        TWidth.Store(tile + (2 * columns), s20);
        TWidth.Store(tile + (2 * columns) + TWidth.Count, s21);
        TWidth.Store(tile + (3 * columns), s30);
        TWidth.Store(tile + (3 * columns) + TWidth.Count, s31);
        TWidth.Store(tile + (4 * columns), s40);
        TWidth.Store(tile + (4 * columns) + TWidth.Count, s41);
        TWidth.Store(tile + (5 * columns), s50);
        TWidth.Store(tile + (5 * columns) + TWidth.Count, s51);
    }

    public override void Finish(float* tile, float* output, nint stride, int rowCount, int columnCount, float* bias, float* residual, float minimum, float maximum)
    {
        if (columnCount < Columns)
        {
            FinishNarrow(tile, output, stride, rowCount, columnCount, bias, residual, minimum, maximum);
            return;
        }

        var least = TWidth.Broadcast(minimum);
        var most = TWidth.Broadcast(maximum);
        for (var column = 0; column < 2 * TWidth.Count; column += TWidth.Count)
        {
            var addend = bias is null ? TWidth.Zero : TWidth.Load(bias + column);
            for (var row = 0; row < rowCount; row++)
            {
                var value = TWidth.Add(TWidth.Load(tile + (row * 2 * TWidth.Count) + column), addend);
                if (residual is not null)
                    value = TWidth.Add(value, TWidth.Load(residual + (row * stride) + column));
                TWidth.Store(output + (row * stride) + column, TWidth.Min(most, TWidth.Max(least, value)));
            }
        }
    }

    private static void FinishNarrow(float* tile, float* output, nint stride, int rowCount, int columnCount, float* bias, float* residual, float minimum, float maximum)
    {
        for (var row = 0; row < rowCount; row++)
        {
            for (var column = 0; column < columnCount; column++)
            {
                var value = tile[(row * 2 * TWidth.Count) + column] + (bias is null ? 0 : bias[column]);
                if (residual is not null)
                    value += residual[(row * stride) + column];
                output[(row * stride) + column] = WidthScalar.Min(maximum, WidthScalar.Max(minimum, value));
            }
        }
    }
}
