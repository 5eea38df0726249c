namespace Graft.Tensors.Kernels.Gemm;

/// <summary>Matrix products on all threads: partitions the work and runs the tile kernel.</summary>
internal static unsafe class MatrixProduct
{
    /// <summary>
    /// Computes some rows of a product on the calling thread, for operations that divide their work differently.
    /// </summary>
    /// <param name="source">The left operand.</param>
    /// <param name="firstRow">The first row to compute.</param>
    /// <param name="rowCount">The number of rows to compute.</param>
    /// <param name="matrix">The right operand, with as many rows as the left rows have values.</param>
    /// <param name="output">
    /// Receives these rows, <c>[rowCount][matrix.Columns]</c>; must not overlap the operands.
    /// </param>
    /// <param name="epilogue">
    /// The operations applied to each result; a residual starts with the first of these rows.
    /// </param>
    public static void RunRows(
        RowSource source,
        int firstRow,
        int rowCount,
        PackedMatrix matrix,
        float* output,
        Epilogue epilogue
    )
    {
        RequireEqualDepth(source, matrix);
        if (rowCount == 0)
            return;

        var blocking = GemmBlocking.For(rowCount, matrix.PanelCount, source.Taps, source.TapLength, matrix.Kernel);

        // Blocks place their results by the absolute row number.
        var skipped = (nint)firstRow * matrix.Columns;
        if (epilogue.Residual is not null)
            epilogue.Residual -= skipped;
        var block = new MatrixProductBlock
        {
            Source = source,
            Matrix = matrix,
            Blocking = blocking,
            Output = output - skipped,
            OutputStride = matrix.Columns,
            Epilogue = epilogue,
        };
        for (var task = 0; task < blocking.RowTasks; task++)
        {
            var (first, end) = blocking.Rows(task, rowCount, matrix.Kernel);
            block.Run((firstRow + first, firstRow + end), (0, matrix.PanelCount));
        }
    }

    /// <summary>Computes <c>output = epilogue(rows x matrix)</c>.</summary>
    /// <param name="source">The left operand.</param>
    /// <param name="rowCount">The number of its rows.</param>
    /// <param name="matrix">The right operand, with as many rows as the left rows have values.</param>
    /// <param name="output">
    /// The result, <c>[rowCount][matrix.Columns]</c>; must not overlap the operands, but may be the epilogue's
    /// residual.
    /// </param>
    /// <param name="epilogue">The operations applied to each result.</param>
    /// <param name="workers">The worker threads.</param>
    /// <param name="outputStride">
    /// The distance from one row of the output (and residual) to the next, in floats; the number of the matrix's
    /// columns when 0.
    /// </param>
    public static void Run(
        RowSource source,
        int rowCount,
        PackedMatrix matrix,
        float* output,
        Epilogue epilogue,
        WorkerPool workers,
        int outputStride = 0
    )
    {
        RequireEqualDepth(source, matrix);
        if (rowCount == 0)
            return;

        var blocking = GemmBlocking.For(
            rowCount,
            matrix.PanelCount,
            source.Taps,
            source.TapLength,
            matrix.Kernel,
            workers.ThreadCount
        );
        var block = new MatrixProductBlock
        {
            Source = source,
            Matrix = matrix,
            Blocking = blocking,
            Output = output,
            OutputStride = outputStride == 0 ? matrix.Columns : outputStride,
            Epilogue = epilogue,
        };
        workers.Run(blocking.RowTasks * blocking.PanelTasks, (task, _) =>
        {
            // Neighbouring tasks share rows rather than panels: the rows are the larger operand.
            var (rowTask, panelTask) = Math.DivRem(task, blocking.PanelTasks);
            block.Run(
                blocking.Rows(rowTask, rowCount, matrix.Kernel),
                blocking.Panels(panelTask, matrix.PanelCount, matrix.Kernel)
            );
        });
    }

    private static void RequireEqualDepth(RowSource source, PackedMatrix matrix)
    {
        if (source.Taps * source.TapLength != matrix.Depth)
            throw new ArgumentException(
                $"Matrix product: the rows have {source.Taps * source.TapLength} values, the matrix {matrix.Depth} "
                    + $"rows; they must be equal.",
                nameof(source)
            );
    }
}
