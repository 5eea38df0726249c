namespace Graft.Tensors.Kernels.Gemm;

/// <summary>
/// The division of a product into blocks: a pure function of its shape and of the number of threads. It affects only
/// the speed, not the results.
/// </summary>
/// <param name="RowTasks">Tasks that the rows are shared out to, at least 1.</param>
/// <param name="PanelTasks">Tasks that the panels are shared out to, at least 1.</param>
/// <param name="TapBlock">Taps in a block of the shared dimension.</param>
/// <param name="LengthBlock">Values of each tap in a block of the shared dimension.</param>
internal readonly record struct GemmBlocking(int RowTasks, int PanelTasks, int TapBlock, int LengthBlock)
{
    /// <summary>
    /// The part of the panels of a tile that stays in the second-level cache while it meets one tile after another, in
    /// bytes. The first level need not hold it: a tile reads it once from end to end, which the hardware prefetcher
    /// predicts.
    /// </summary>
    private const int PanelBytes = 256 << 10;

    /// <summary>
    /// The rows that stay in the second-level cache while they meet one panel after another, in bytes.
    /// </summary>
    private const int RowBytes = 384 << 10;

    /// <summary>Tasks to cut a large product into, so that the threads finish at the same time.</summary>
    private const int WantedTasks = 24;

    /// <summary>
    /// From so many row tasks a thread on, another one more or less makes little difference to their size.
    /// </summary>
    private const int ManyTasksOfThread = 4;

    /// <summary>Chooses the blocks.</summary>
    /// <param name="rows">Rows of the left operand.</param>
    /// <param name="panels">Panels of the right one.</param>
    /// <param name="taps">Pointers to a row.</param>
    /// <param name="tapLength">Values behind each pointer.</param>
    /// <param name="kernel">The kernel that will run.</param>
    /// <param name="threads">The threads that share the tasks; as many for each where that is possible.</param>
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

        // Few rows (a small batch at the end of a network): share out the panels instead.
        var panelSteps = Math.Max(1, DivideUp(panels, kernel.PanelsAtOnce));
        var panelTasks = Math.Clamp(DivideUp(WantedTasks, rowTasks), 1, panelSteps);
        return new GemmBlocking(rowTasks, MakeEven(panelTasks, panelSteps, rowTasks, threads), tapBlock, lengthBlock);
    }

    /// <summary>The rows of a row task: whole tiles but at the end, as many as others' or one more.</summary>
    /// <param name="task">Its number.</param>
    /// <param name="rows">Rows of the left operand.</param>
    /// <param name="kernel">The kernel that will run.</param>
    public (int First, int End) Rows(int task, int rows, TileKernel kernel) => Part(task, RowTasks, rows, kernel.Rows);

    /// <summary>The panels of a panel task: as many as a tile spans, or a multiple, but at the end.</summary>
    /// <param name="task">Its number.</param>
    /// <param name="panels">Panels of the right operand.</param>
    /// <param name="kernel">The kernel that will run.</param>
    public (int First, int End) Panels(int task, int panels, TileKernel kernel) =>
        Part(task, PanelTasks, panels, kernel.PanelsAtOnce);

    /// <summary>
    /// The fewest panel tasks, from those wanted to the most that there can be, of which all threads get as many; those
    /// wanted where there is no such number.
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
