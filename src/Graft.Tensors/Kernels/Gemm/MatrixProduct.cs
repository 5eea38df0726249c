using System.Runtime.CompilerServices;

namespace Graft.Tensors.Kernels.Gemm;

/// <summary>Matrix products on all threads: partitions the work and runs the tile kernel.</summary>
internal static unsafe class MatrixProduct
{
    /// <summary>Computes <c>output = epilogue(rows x matrix)</c>.</summary>
    /// <param name="source">The left operand.</param>
    /// <param name="rowCount">How many rows it has.</param>
    /// <param name="matrix">The right operand, as deep as the rows are long.</param>
    /// <param name="output">The result, <c>[rowCount][matrix.Columns]</c>; must not overlap the operands.</param>
    /// <param name="epilogue">What is done to each result.</param>
    /// <param name="workers">The threads to run on.</param>
    /// <param name="outputStride">From one row of the output (and residual) to the next, in floats; the matrix's columns when 0.</param>
    public static void Run(RowSource source, int rowCount, PackedMatrix matrix, float* output, Epilogue epilogue, WorkerPool workers, int outputStride = 0)
    {
        if (source.Taps * source.TapLength != matrix.Depth)
            throw new ArgumentException($"Matrix product: the rows have {source.Taps * source.TapLength} values, the matrix {matrix.Depth} rows; they must be equal.", nameof(source));
        if (rowCount == 0)
            return;

        var stride = outputStride == 0 ? matrix.Columns : outputStride;
        var blocking = GemmBlocking.For(rowCount, matrix.PanelCount, source.Taps, source.TapLength, matrix.Kernel);
        var rowTasks = (rowCount + blocking.RowBlock - 1) / blocking.RowBlock;
        var panelTasks = (matrix.PanelCount + blocking.PanelBlock - 1) / blocking.PanelBlock;
        workers.Run(rowTasks * panelTasks, (task, _) =>
        {
            // Neighbouring tasks share rows rather than panels: the rows are the larger operand.
            var firstRow = task / panelTasks * blocking.RowBlock;
            var firstPanel = task % panelTasks * blocking.PanelBlock;
            RunBlock(
                source,
                firstRow,
                Math.Min(blocking.RowBlock, rowCount - firstRow),
                matrix,
                firstPanel,
                Math.Min(blocking.PanelBlock, matrix.PanelCount - firstPanel),
                output,
                stride,
                epilogue,
                blocking);
        });
    }

    [SkipLocalsInit]
    private static void RunBlock(RowSource source, int firstRow, int rowCount, PackedMatrix matrix, int firstPanel, int panelCount, float* output, int stride, Epilogue epilogue, GemmBlocking blocking)
    {
        var kernel = matrix.Kernel;
        var (tileRows, tileColumns) = (kernel.Rows, kernel.Columns);
        var tiles = (rowCount + tileRows - 1) / tileRows;
        var pointersInTile = source.Taps * tileRows;
        using var scratch = Tensor.Uninitialized(new Shape((tiles * pointersInTile * (sizeof(float*) / sizeof(float))) + (tiles * tileRows * tileColumns)));
        var sums = scratch.Pointer;
        var pointers = (float**)(sums + (tiles * tileRows * tileColumns));
        for (var tile = 0; tile < tiles; tile++)
            source.Locate(firstRow + (tile * tileRows), Math.Min(tileRows, rowCount - (tile * tileRows)), pointers + (tile * pointersInTile), tileRows);

        for (var panel = firstPanel; panel < firstPanel + panelCount; panel++)
        {
            var firstColumn = panel * tileColumns;
            Accumulate(kernel, pointers, tiles, source, matrix, panel, sums, blocking);
            for (var tile = 0; tile < tiles; tile++)
            {
                var row = firstRow + (tile * tileRows);
                var place = ((nint)row * stride) + firstColumn;
                kernel.Finish(
                    sums + (tile * tileRows * tileColumns),
                    output + place,
                    stride,
                    Math.Min(tileRows, firstRow + rowCount - row),
                    Math.Min(tileColumns, matrix.Columns - firstColumn),
                    epilogue.Bias is null ? null : epilogue.Bias + firstColumn,
                    epilogue.Residual is null ? null : epilogue.Residual + place,
                    epilogue.Minimum,
                    epilogue.Maximum);
            }
        }
    }

    /// <summary>Leaves the sums of all tiles for one panel in <paramref name="sums"/>, one block of the shared dimension after the other.</summary>
    private static void Accumulate(TileKernel kernel, float** pointers, int tiles, RowSource source, PackedMatrix matrix, int panel, float* sums, GemmBlocking blocking)
    {
        var tileSize = kernel.Rows * kernel.Columns;
        if (matrix.Depth == 0)
            new Span<float>(sums, tiles * tileSize).Clear();
        for (var tap = 0; tap < source.Taps; tap += blocking.TapBlock)
        {
            var taps = Math.Min(blocking.TapBlock, source.Taps - tap);
            for (var offset = 0; offset < source.TapLength; offset += blocking.LengthBlock)
            {
                var length = Math.Min(blocking.LengthBlock, source.TapLength - offset);
                var part = matrix.Panel(panel, (tap * source.TapLength) + offset);
                for (var tile = 0; tile < tiles; tile++)
                {
                    var rows = pointers + (((tile * source.Taps) + tap) * kernel.Rows);
                    kernel.Multiply(rows, taps, offset, length, part, sums + (tile * tileSize), tap + offset > 0);
                }
            }
        }
    }
}
