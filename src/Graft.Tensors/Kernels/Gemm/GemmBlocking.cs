namespace Graft.Tensors.Kernels.Gemm;

/// <summary>
/// The division of a product into blocks. A pure function of its shape and of the number of threads. It affects only
/// the speed, not the results.
/// </summary>
/// <param name="RowTasks">The number of tasks that divide the rows, at least 1.</param>
/// <param name="PanelTasks">The number of tasks that divide the panels, at least 1.</param>
/// <param name="TapBlock">The number of taps in a block of the shared dimension.</param>
/// <param name="LengthBlock">The number of values of each tap in a block of the shared dimension.</param>
internal readonly record struct GemmBlocking(int RowTasks, int PanelTasks, int TapBlock, int LengthBlock)
{
    /// <summary>
    /// The size of the part of a tile's panels that stays in the second-level cache while it is multiplied by one tile
    /// after another, in bytes.
    /// </summary>
    // It need not fit in the first-level cache: a tile reads it once from end to end, which the hardware prefetcher
    // predicts.
    private const int PanelBytes = 256 << 10;

    /// <summary>
    /// The size of the rows that stay in the second-level cache while they are multiplied by one panel after another,
    /// in bytes.
    /// </summary>
    private const int RowBytes = 384 << 10;

    /// <summary>
    /// The number of tasks into which to divide a large product, so that the threads finish at the same time.
    /// </summary>
    private const int WantedTasks = 24;

    /// <summary>
    /// With at least this many row tasks per thread, one task more or less hardly changes their size.
    /// </summary>
    private const int ManyTasksOfThread = 4;

    /// <summary>Chooses the blocks.</summary>
    /// <param name="rows">The number of rows of the left operand.</param>
    /// <param name="panels">The number of panels of the right operand.</param>
    /// <param name="taps">The number of pointers to a row.</param>
    /// <param name="tapLength">The number of values at each pointer.</param>
    /// <param name="kernel">The kernel that will run.</param>
    /// <param name="threads">
    /// The number of threads that share the tasks; each gets the same number where possible.
    /// </param>
    public static GemmBlocking For(int rows, int panels, int taps, int tapLength, TileKernel kernel, int threads = 1)
    {
        var depthBlock = PanelBytes / (sizeof(float) * kernel.Columns * kernel.PanelsAtOnce);
        var lengthBlock = Math.Max(1, DivideUp(tapLength, Math.Max(1, DivideUp(tapLength, depthBlock))));
        var tapBlock = lengthBlock < tapLength ? 1 : Math.Clamp(depthBlock / Math.Max(1, tapLength), 1, taps);

        var rowsInCache = Math.Max(1, RowBytes / (sizeof(float) * Math.Max(1, taps * tapLength)));
        var tiles = DivideUp(rows, kernel.Rows);
        var rowTasks = Math.Max(1, DivideUp(tiles, Math.Clamp(rowsInCache / kernel.Rows, 4, 32)));
        if (rowTasks >= ManyTasksOfThread * threads)
            rowTasks = Math.Min(tiles, DivideUp(rowTasks, threads) * threads);

        // With few rows (a small batch at the end of a network), the panels are divided among the threads instead.
        var panelSteps = Math.Max(1, DivideUp(panels, kernel.PanelsAtOnce));
        var panelTasks = Math.Clamp(DivideUp(WantedTasks, rowTasks), 1, panelSteps);
        return new GemmBlocking(rowTasks, MakeEven(panelTasks, panelSteps, rowTasks, threads), tapBlock, lengthBlock);
    }

    /// <summary>The rows of a row task: whole tiles except at the end; tasks differ by at most one tile.</summary>
    /// <param name="task">The task's number.</param>
    /// <param name="rows">The number of rows of the left operand.</param>
    /// <param name="kernel">The kernel that will run.</param>
    public (int First, int End) Rows(int task, int rows, TileKernel kernel) => Part(task, RowTasks, rows, kernel.Rows);

    /// <summary>The panels of a panel task: a multiple of the panels that a tile spans, except at the end.</summary>
    /// <param name="task">The task's number.</param>
    /// <param name="panels">The number of panels of the right operand.</param>
    /// <param name="kernel">The kernel that will run.</param>
    public (int First, int End) Panels(int task, int panels, TileKernel kernel) =>
        Part(task, PanelTasks, panels, kernel.PanelsAtOnce);

    /// <summary>
    /// The smallest number of panel tasks, from the wanted to the largest possible, with which every thread gets the
    /// same number of tasks; the wanted number if there is none.
    /// </summary>
    private static int MakeEven(int wanted, int most, int rowTasks, int threads)
    {
        for (var tasks = wanted; tasks <= most && tasks < wanted + threads; tasks++)
        {
            if ((long)tasks * rowTasks % threads == 0)
                return tasks;
        }

        return wanted;
    }

    private static (int First, int End) Part(int task, int tasks, int count, int step)
    {
        var steps = (long)DivideUp(count, step);
        return ((int)(task * steps / tasks) * step, Math.Min(count, (int)((task + 1) * steps / tasks) * step));
    }

    private static int DivideUp(int value, int divisor) => (value + divisor - 1) / divisor;
}
