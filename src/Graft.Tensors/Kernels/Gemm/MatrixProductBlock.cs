namespace Graft.Tensors.Kernels.Gemm;

/// <summary>
/// The work of one task of a <see cref="MatrixProduct"/>: some rows times some panels. Immutable; tasks share it.
/// </summary>
internal sealed unsafe class MatrixProductBlock
{
    public required RowSource Source { get; init; }

    public required PackedMatrix Matrix { get; init; }

    public required GemmBlocking Blocking { get; init; }

    public required float* Output { get; init; }

    public required nint OutputStride { get; init; }

    public required Epilogue Epilogue { get; init; }

    /// <summary>The shortest row, in floats, that is prefetched.</summary>
    // Shorter rows either overlap those of the previous tile, as with a kernel over few channels, or load quickly.
    private const int ShortestPrefetched = 2 * Prefetch.LineLength;

    /// <summary>The largest number of tiles for which the next panel is prefetched if a tile spans one panel.</summary>
    // With more tiles the hardware prefetcher is fast enough; prefetching took 5 to 10 % of the time of products with
    // 16 tiles and more. The panels of wider tiles are always prefetched.
    private const int MostTilesToPrefetch = 10;

    private TileKernel Kernel => Matrix.Kernel;

    /// <summary>Computes a block.</summary>
    /// <param name="rows">The first row of the block and the index after its last.</param>
    /// <param name="panels">The first panel, a multiple of the panels of a tile, and the index after the last.</param>
    public void Run((int First, int End) rows, (int First, int End) panels)
    {
        var tiles = (rows.End - rows.First + Kernel.Rows - 1) / Kernel.Rows;
        var tilePointers = Source.Taps * Kernel.Rows;
        var tileColumns = Kernel.Columns * Kernel.PanelsAtOnce;

        // Sums that are finished in one pass stay in registers, except at the edges.
        var inOneGo = Blocking.TapBlock >= Source.Taps && Blocking.LengthBlock >= Source.TapLength;
        var sumsLength = (inOneGo ? 1 : tiles) * Kernel.Rows * tileColumns;
        using var scratch = Tensor.Uninitialized(
            new Shape(sumsLength + (tiles * tilePointers * (sizeof(float*) / sizeof(float))))
        );
        var pointers = (float**)(scratch.Pointer + sumsLength);
        for (var tile = 0; tile < tiles; tile++)
        {
            var row = rows.First + (tile * Kernel.Rows);
            Source.Locate(row, Math.Min(Kernel.Rows, rows.End - row), pointers + (tile * tilePointers), Kernel.Rows);
        }

        var operands = new TileOperands
        {
            RowsStride = tilePointers,
            RowCount = rows.End - rows.First,
            PanelStride = (nint)Matrix.Depth * Kernel.Columns,
            Sums = scratch.Pointer,
            SumsStride = tileColumns,
            SumsTileStride = inOneGo ? 0 : Kernel.Rows * tileColumns,
            SumsPanelStride = Kernel.Columns,
            OutputStride = OutputStride,
            PrefetchLines = (Kernel.Columns + tiles - 1) / tiles,
            PrefetchStride = (nint)Matrix.Depth * Kernel.Columns,
        };
        var prefetchesPanels = Kernel.PanelsAtOnce > 1 || tiles <= MostTilesToPrefetch;
        for (var panel = panels.First; panel < panels.End; panel += Kernel.PanelsAtOnce)
        {
            var column = panel * Kernel.Columns;
            var place = (rows.First * OutputStride) + column;
            operands.ColumnCount = Math.Min(
                (Math.Min(panels.End, panel + Kernel.PanelsAtOnce) - panel) * Kernel.Columns,
                Matrix.Columns - column
            );
            operands.PrefetchesRows = panel == panels.First && Source.TapLength >= ShortestPrefetched;
            operands.Epilogue = Epilogue with
            {
                Bias = Epilogue.Bias is null ? null : Epilogue.Bias + column,
                Residual = Epilogue.Residual is null ? null : Epilogue.Residual + place,
            };
            // The last panel is followed by the first panel of the thread's next task.
            var nextPanel = panel + Kernel.PanelsAtOnce;
            for (var tap = 0; tap < Source.Taps; tap += Blocking.TapBlock)
            {
                operands.Taps = Math.Min(Blocking.TapBlock, Source.Taps - tap);
                operands.Rows = pointers + (tap * Kernel.Rows);
                var offset = 0;
                do
                {
                    var depth = (tap * Source.TapLength) + offset;
                    operands.Offset = offset;
                    operands.Length = Math.Min(Blocking.LengthBlock, Source.TapLength - offset);
                    operands.Panel = Matrix.Panel(panel, depth);
                    operands.Resume = depth > 0;
                    operands.PrefetchStart =
                        prefetchesPanels && nextPanel + Kernel.PanelsAtOnce <= Matrix.PanelCount
                            ? Matrix.Panel(nextPanel, depth)
                            : null;
                    operands.Output = depth + (operands.Taps * operands.Length) == Matrix.Depth ? Output + place : null;
                    Kernel.Multiply(operands);
                    offset += Blocking.LengthBlock;
                } while (offset < Source.TapLength);
            }
        }
    }
}
