using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Graft.Tensors.Kernels.Gemm;

/// <summary>
/// Tiles of up to 6 rows by 2 vectors (12 sums, 2 vectors of the panel and a broadcast fit in 16 registers), or by 4
/// vectors where vectors are widest and there are 32 registers. Tiles at the edges have their own versions with fewer
/// rows or vectors, so that little work is wasted.
/// </summary>
/// <inheritdoc cref="TileKernel"/>
internal sealed unsafe class TileKernel<TWidth, TVector>(string name) : TileKernel
    where TWidth : struct, IVectorWidth<TVector>
    where TVector : struct
{
    public override string Name => name;

    public override int Rows => 6;

    public override int Columns => 2 * TWidth.Count;

    public override int PanelsAtOnce => TWidth.Count == Width512.Count ? 2 : 1;

    public override void Multiply(in TileOperands operands)
    {
        if (operands.ColumnCount > 2 * TWidth.Count)
            Multiply<Four>(operands);
        else if (operands.ColumnCount > TWidth.Count)
            Multiply<Two>(operands);
        else
            Multiply<One>(operands);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Multiply<TVectors>(in TileOperands operands)
        where TVectors : struct, ITileSize
    {
        // Whole tiles, then a last tile with fewer rows.
        var wholeRows = operands.RowCount / 6 * 6;
        if (wholeRows > 0)
            Multiply<Six, TVectors>(operands, 0, wholeRows);
        if (operands.RowCount > wholeRows + 4)
            Multiply<Six, TVectors>(operands, wholeRows, operands.RowCount);
        else if (operands.RowCount > wholeRows + 1)
            Multiply<Four, TVectors>(operands, wholeRows, operands.RowCount);
        else if (operands.RowCount > wholeRows)
            Multiply<One, TVectors>(operands, wholeRows, operands.RowCount);
    }

    // Not inlined into the caller: the JIT would then no longer inline the inner calls, at a third of the speed.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Multiply<TRows, TVectors>(in TileOperands operands, int firstRow, int endRow)
        where TRows : struct, ITileSize
        where TVectors : struct, ITileSize
    {
        var tile = firstRow / 6;
        var rows = operands.Rows + (tile * operands.RowsStride);
        var sums = operands.Sums + (tile * operands.SumsTileStride);
        var prefetch = operands.PrefetchStart is null
            ? null
            : operands.PrefetchStart + (tile * operands.PrefetchLength);
        for (var row = firstRow; row < endRow; row += 6)
        {
            var nextRows = operands.PrefetchesRows && row + 6 < operands.RowCount ? rows + operands.RowsStride : null;
            MultiplyTile<TRows, TVectors>(
                operands,
                rows,
                nextRows,
                prefetch,
                sums,
                row,
                Math.Min(TRows.Count, endRow - row)
            );
            rows += operands.RowsStride;
            sums += operands.SumsTileStride;
            prefetch = prefetch is null ? null : prefetch + operands.PrefetchLength;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void MultiplyTile<TRows, TVectors>(
        in TileOperands operands,
        float** tileRows,
        float** nextRows,
        float* prefetch,
        float* sums,
        int firstRow,
        int rowCount
    )
        where TRows : struct, ITileSize
        where TVectors : struct, ITileSize
    {
        TileRow<TWidth, TVector, TVectors> sum0 = default,
            sum1 = default,
            sum2 = default,
            sum3 = default,
            sum4 = default,
            sum5 = default;
        if (operands.Resume)
        {
            var left = sums;
            var right = left + operands.SumsPanelStride;
            var stride = operands.SumsStride;
            sum0 = TileRow<TWidth, TVector, TVectors>.Load(left, right);
            if (TRows.Count > 1)
            {
                sum1 = TileRow<TWidth, TVector, TVectors>.Load(left + stride, right + stride);
                sum2 = TileRow<TWidth, TVector, TVectors>.Load(left + (2 * stride), right + (2 * stride));
                sum3 = TileRow<TWidth, TVector, TVectors>.Load(left + (3 * stride), right + (3 * stride));
            }

            if (TRows.Count > 4)
            {
                sum4 = TileRow<TWidth, TVector, TVectors>.Load(left + (4 * stride), right + (4 * stride));
                sum5 = TileRow<TWidth, TVector, TVectors>.Load(left + (5 * stride), right + (5 * stride));
            }
        }

        if (operands.Output is not null && firstRow + 6 < operands.RowCount)
            PrefetchOutput<TVectors>(operands, firstRow + 6);
        var panel = operands.Panel;
        var panelStride = operands.PanelStride;
        var length = operands.Length;
        var piece = nextRows is null && prefetch is null ? length : Prefetch.LineLength;
        for (var tap = 0; tap < operands.Taps; tap++)
        {
            var rows = tileRows + (tap * 6);
            var row0 = rows[0] + operands.Offset;
            var row1 = rows[1] + operands.Offset;
            var row2 = rows[2] + operands.Offset;
            var row3 = rows[3] + operands.Offset;
            var row4 = rows[4] + operands.Offset;
            var row5 = rows[5] + operands.Offset;
            for (nint start = 0; start < length; start += piece)
            {
                if (nextRows is not null)
                    Prefetch.Rows(nextRows + (tap * 6), TRows.Count, operands.Offset + start);
                if (prefetch is not null)
                {
                    Prefetch.LinesFarther(prefetch, operands.PrefetchLines);
                    if (TVectors.Count > 2)
                        Prefetch.LinesFarther(prefetch + operands.PrefetchStride, operands.PrefetchLines);
                    prefetch += operands.PrefetchLines * Prefetch.LineLength;
                }

                var end = nint.Min(length, start + piece);
                var i = start;
                for (; i + 4 <= end; i += 4, panel += 4 * 2 * TWidth.Count)
                {
                    Step<TRows, TVectors>(
                        ref sum0,
                        ref sum1,
                        ref sum2,
                        ref sum3,
                        ref sum4,
                        ref sum5,
                        row0 + i,
                        row1 + i,
                        row2 + i,
                        row3 + i,
                        row4 + i,
                        row5 + i,
                        panel,
                        panelStride
                    );
                    Step<TRows, TVectors>(
                        ref sum0,
                        ref sum1,
                        ref sum2,
                        ref sum3,
                        ref sum4,
                        ref sum5,
                        row0 + i + 1,
                        row1 + i + 1,
                        row2 + i + 1,
                        row3 + i + 1,
                        row4 + i + 1,
                        row5 + i + 1,
                        panel + (1 * 2 * TWidth.Count),
                        panelStride
                    );
                    Step<TRows, TVectors>(
                        ref sum0,
                        ref sum1,
                        ref sum2,
                        ref sum3,
                        ref sum4,
                        ref sum5,
                        row0 + i + 2,
                        row1 + i + 2,
                        row2 + i + 2,
                        row3 + i + 2,
                        row4 + i + 2,
                        row5 + i + 2,
                        panel + (2 * 2 * TWidth.Count),
                        panelStride
                    );
                    Step<TRows, TVectors>(
                        ref sum0,
                        ref sum1,
                        ref sum2,
                        ref sum3,
                        ref sum4,
                        ref sum5,
                        row0 + i + 3,
                        row1 + i + 3,
                        row2 + i + 3,
                        row3 + i + 3,
                        row4 + i + 3,
                        row5 + i + 3,
                        panel + (3 * 2 * TWidth.Count),
                        panelStride
                    );
                }

                for (; i < end; i++, panel += 2 * TWidth.Count)
                    Step<TRows, TVectors>(
                        ref sum0,
                        ref sum1,
                        ref sum2,
                        ref sum3,
                        ref sum4,
                        ref sum5,
                        row0 + i,
                        row1 + i,
                        row2 + i,
                        row3 + i,
                        row4 + i,
                        row5 + i,
                        panel,
                        panelStride
                    );
            }
        }

        if (
            operands.Output is not null
            && rowCount == TRows.Count
            && operands.ColumnCount == TVectors.Count * TWidth.Count
        )
        {
            var stride = operands.OutputStride;
            var place = firstRow * stride;
            TileRow<TWidth, TVector, TVectors> bias = default;
            if (operands.Epilogue.Bias is not null)
                bias = TileRow<TWidth, TVector, TVectors>.Load(
                    operands.Epilogue.Bias,
                    operands.Epilogue.Bias + (2 * TWidth.Count)
                );
            Finish(ref sum0, bias, operands, place);
            if (TRows.Count > 1)
            {
                Finish(ref sum1, bias, operands, place + stride);
                Finish(ref sum2, bias, operands, place + (2 * stride));
                Finish(ref sum3, bias, operands, place + (3 * stride));
            }

            if (TRows.Count > 4)
            {
                Finish(ref sum4, bias, operands, place + (4 * stride));
                Finish(ref sum5, bias, operands, place + (5 * stride));
            }
        }
        else
        {
            var left = sums;
            var right = left + operands.SumsPanelStride;
            var stride = operands.SumsStride;
            sum0.Store(left, right);
            if (TRows.Count > 1)
            {
                sum1.Store(left + stride, right + stride);
                sum2.Store(left + (2 * stride), right + (2 * stride));
                sum3.Store(left + (3 * stride), right + (3 * stride));
            }

            if (TRows.Count > 4)
            {
                sum4.Store(left + (4 * stride), right + (4 * stride));
                sum5.Store(left + (5 * stride), right + (5 * stride));
            }

            if (operands.Output is not null)
                FinishPart(operands, sums, firstRow, rowCount);
        }
    }

    /// <summary>Multiplies one value of every row by one row of the panels and adds the products to the sums.</summary>
    // The loop is unrolled four times: with panel rows of two 256-bit vectors, counting and jumping after each step
    // would take a seventh of the instructions that a processor can issue in that time.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Step<TRows, TVectors>(
        ref TileRow<TWidth, TVector, TVectors> sum0,
        ref TileRow<TWidth, TVector, TVectors> sum1,
        ref TileRow<TWidth, TVector, TVectors> sum2,
        ref TileRow<TWidth, TVector, TVectors> sum3,
        ref TileRow<TWidth, TVector, TVectors> sum4,
        ref TileRow<TWidth, TVector, TVectors> sum5,
        float* row0,
        float* row1,
        float* row2,
        float* row3,
        float* row4,
        float* row5,
        float* panel,
        nint panelStride
    )
        where TRows : struct, ITileSize
        where TVectors : struct, ITileSize
    {
        var vectors = TileRow<TWidth, TVector, TVectors>.Load(panel, panel + panelStride);
        sum0.MultiplyAdd(*row0, vectors);
        if (TRows.Count > 1)
        {
            sum1.MultiplyAdd(*row1, vectors);
            sum2.MultiplyAdd(*row2, vectors);
            sum3.MultiplyAdd(*row3, vectors);
        }

        if (TRows.Count > 4)
        {
            sum4.MultiplyAdd(*row4, vectors);
            sum5.MultiplyAdd(*row5, vectors);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Finish<TVectors>(
        ref TileRow<TWidth, TVector, TVectors> sum,
        in TileRow<TWidth, TVector, TVectors> bias,
        in TileOperands operands,
        nint place
    )
        where TVectors : struct, ITileSize
    {
        sum.Add(bias);
        var residual = operands.Epilogue.Residual;
        if (residual is not null)
            sum.Add(TileRow<TWidth, TVector, TVectors>.Load(residual + place, residual + place + (2 * TWidth.Count)));
        sum.Clamp(TWidth.Broadcast(operands.Epilogue.Minimum), TWidth.Broadcast(operands.Epilogue.Maximum));
        var output = operands.Output + place;
        sum.Store(output, output + (2 * TWidth.Count));
    }

    /// <summary>
    /// Prefetches the cache lines of a tile's output and residual while the previous tile is computed.
    /// </summary>
    // A tile of 64 steps takes no longer than a memory access.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void PrefetchOutput<TVectors>(in TileOperands operands, int firstRow)
        where TVectors : struct, ITileSize
    {
        var stride = operands.OutputStride;
        var place = firstRow * stride;
        PrefetchSixRows<TVectors>(operands.Output + place, stride);
        if (operands.Epilogue.Residual is not null && operands.Epilogue.Residual != operands.Output)
            PrefetchSixRows<TVectors>(operands.Epilogue.Residual + place, stride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void PrefetchSixRows<TVectors>(float* start, nint stride)
        where TVectors : struct, ITileSize
    {
        Prefetch.Lines(start, TVectors.Count * TWidth.Count);
        Prefetch.Lines(start + stride, TVectors.Count * TWidth.Count);
        Prefetch.Lines(start + (2 * stride), TVectors.Count * TWidth.Count);
        Prefetch.Lines(start + (3 * stride), TVectors.Count * TWidth.Count);
        Prefetch.Lines(start + (4 * stride), TVectors.Count * TWidth.Count);
        Prefetch.Lines(start + (5 * stride), TVectors.Count * TWidth.Count);
    }

    /// <summary>Finishes a tile at the edge, of which only a part exists, from its sums in memory.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FinishPart(in TileOperands operands, float* tileSums, int firstRow, int rowCount)
    {
        var epilogue = operands.Epilogue;
        for (nint row = 0; row < rowCount; row++)
        {
            for (var panel = 0; panel * 2 * TWidth.Count < operands.ColumnCount; panel++)
            {
                var first = panel * 2 * TWidth.Count;
                var count = Math.Min(2 * TWidth.Count, operands.ColumnCount - first);
                var sums = tileSums + (row * operands.SumsStride) + (panel * operands.SumsPanelStride);
                var place = ((firstRow + row) * operands.OutputStride) + first;
                var column = 0;
                for (; column + TWidth.Count <= count; column += TWidth.Count)
                    FinishVector<TWidth, TVector>(
                        sums + column,
                        epilogue,
                        first + column,
                        place + column,
                        operands.Output
                    );
                for (; TWidth.Count > Width256.Count && column + Width256.Count <= count; column += Width256.Count)
                    FinishVector<Width256, Vector256<float>>(
                        sums + column,
                        epilogue,
                        first + column,
                        place + column,
                        operands.Output
                    );
                for (; TWidth.Count > Width128.Count && column + Width128.Count <= count; column += Width128.Count)
                    FinishVector<Width128, Vector128<float>>(
                        sums + column,
                        epilogue,
                        first + column,
                        place + column,
                        operands.Output
                    );
                for (; column < count; column++)
                    FinishVector<WidthScalar, float>(
                        sums + column,
                        epilogue,
                        first + column,
                        place + column,
                        operands.Output
                    );
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void FinishVector<TAny, TAnyVector>(
        float* sums,
        in Epilogue epilogue,
        nint column,
        nint place,
        float* output
    )
        where TAny : struct, IVectorWidth<TAnyVector>
        where TAnyVector : struct
    {
        var value = TAny.Add(TAny.Load(sums), epilogue.Bias is null ? TAny.Zero : TAny.Load(epilogue.Bias + column));
        if (epilogue.Residual is not null)
            value = TAny.Add(value, TAny.Load(epilogue.Residual + place));
        TAny.Store(
            output + place,
            TAny.Min(TAny.Broadcast(epilogue.Maximum), TAny.Max(TAny.Broadcast(epilogue.Minimum), value))
        );
    }
}
