namespace Graft.Tensors.Kernels.Gemm;

/// <summary>
/// How a product is cut into blocks: a pure function of its shape. Results do not depend on it, only speed does.
/// </summary>
/// <param name="RowBlock">Rows that one task works on; a multiple of the tile's rows.</param>
/// <param name="PanelBlock">Panels that one task works on; a multiple of those that a tile spans.</param>
/// <param name="TapBlock">Taps in a block of the shared dimension.</param>
/// <param name="LengthBlock">Values of each tap in a block of the shared dimension.</param>
internal readonly record struct GemmBlocking(int RowBlock, int PanelBlock, int TapBlock, int LengthBlock)
{
    /// <summary>
    /// The part of the panels of a tile that stays in the second-level cache while it meets one tile after another, in bytes. The
    /// first level need not hold it: a tile reads it once from end to end, which processors foresee.
    /// </summary>
    private const int PanelBytes = 256 << 10;

    /// <summary>The rows that stay in the second-level cache while they meet one panel after another, in bytes.</summary>
    private const int RowBytes = 384 << 10;

    /// <summary>Tasks to cut a large product into, so that threads end together.</summary>
    private const int WantedTasks = 24;

    /// <summary>Chooses the blocks.</summary>
    /// <param name="rows">Rows of the left operand.</param>
    /// <param name="panels">Panels of the right one.</param>
    /// <param name="taps">Pointers to a row.</param>
    /// <param name="tapLength">Values behind each pointer.</param>
    /// <param name="kernel">The kernel that will run.</param>
    public static GemmBlocking For(int rows, int panels, int taps, int tapLength, TileKernel kernel)
    {
        var depthBlock = PanelBytes / (sizeof(float) * kernel.Columns * kernel.PanelsAtOnce);
        var lengthBlock = Math.Max(1, DivideUp(tapLength, Math.Max(1, DivideUp(tapLength, depthBlock))));
        var tapBlock = lengthBlock < tapLength ? 1 : Math.Clamp(depthBlock / Math.Max(1, tapLength), 1, taps);

        var rowsInCache = Math.Max(1, RowBytes / (sizeof(float) * Math.Max(1, taps * tapLength)));
        var tiles = DivideUp(rows, kernel.Rows);
        var tileBlock = Math.Clamp(rowsInCache / kernel.Rows, 4, 32);
        tileBlock = Math.Max(1, DivideUp(tiles, Math.Max(1, DivideUp(tiles, tileBlock))));

        // Few rows (a small batch at the end of a network): share out the panels instead.
        var rowTasks = DivideUp(tiles, tileBlock);
        var panelSteps = Math.Max(1, DivideUp(panels, kernel.PanelsAtOnce));
        var panelTasks = Math.Clamp(DivideUp(WantedTasks, Math.Max(1, rowTasks)), 1, panelSteps);
        return new GemmBlocking(tileBlock * kernel.Rows, DivideUp(panelSteps, panelTasks) * kernel.PanelsAtOnce, tapBlock, lengthBlock);
    }

    private static int DivideUp(int value, int divisor) => (value + divisor - 1) / divisor;
}
