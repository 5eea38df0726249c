namespace Graft.Tensors.Kernels.Winograd;

/// <summary>
/// The division of a convolution's tiles into blocks. A pure function of its sizes. It affects only the speed, not the
/// results.
/// </summary>
/// <param name="TileBlock">
/// The number of tiles whose transforms are kept at a time; a multiple of the matrix kernel's rows.
/// </param>
/// <param name="Together">
/// If true, all threads work on one block, phase by phase: they transform, multiply (divided by point and panel) and
/// transform back. Every weight is then read by one thread only; this is for weights larger than the caches. If false,
/// each thread works on its own block, one panel after another.
/// </param>
/// <param name="DepthBlock">The number of input channels in a block of the shared dimension.</param>
/// <param name="PanelBlock">
/// The number of panels whose weights are finished together if the matrices are not kept; a multiple of the number that
/// the matrix kernel's tile spans.
/// </param>
internal readonly record struct WinogradBlocking(int TileBlock, bool Together, int DepthBlock, int PanelBlock)
{
    /// <summary>
    /// The size of the part of a matrix tile's panels that stays in the second-level cache while it is multiplied by
    /// one row of tiles after another, in bytes. If the matrices are not kept, this is for a whole row of points.
    /// </summary>
    private const int PanelBytes = 256 << 10;

    /// <summary>The share of a thread's second-level cache for its own block, in bytes.</summary>
    private const int OwnBytes = 640 << 10;

    /// <summary>The share of the last-level cache for a block shared by all threads, in bytes.</summary>
    private const int SharedBytes = 16 << 20;

    /// <summary>
    /// The size of the weights that stay in the second-level cache beside a thread's own block, in bytes.
    /// </summary>
    private const int ResidentWeightBytes = 3 << 20;

    /// <summary>
    /// The smallest number of blocks into which to divide the tiles, so that the threads finish at the same time.
    /// </summary>
    private const int WantedBlocks = 8;

    /// <summary>Chooses the blocks.</summary>
    /// <param name="tiles">The number of tiles of the whole batch, at least 1.</param>
    /// <param name="weights">The transformed weights.</param>
    public static WinogradBlocking For(int tiles, WinogradWeights weights) =>
        For(
            tiles,
            weights.Points.All.Length,
            weights.InputChannels,
            weights.PanelCount,
            weights.IsWhole,
            weights.Kernel.Rows,
            weights.Kernel.Columns,
            weights.Kernel.PanelsAtOnce
        );

    /// <summary>Chooses the blocks.</summary>
    /// <param name="tiles">The number of tiles of the whole batch, at least 1.</param>
    /// <param name="points">The number of points of a tile.</param>
    /// <param name="inputChannels">The number of rows of a point's matrix.</param>
    /// <param name="panels">The number of panels of a point's matrix.</param>
    /// <param name="isWhole">Whether the matrices are kept.</param>
    /// <param name="kernelRows">The number of rows of the matrix kernel's tile.</param>
    /// <param name="panelColumns">The number of columns of a panel.</param>
    /// <param name="panelsAtOnce">The number of panels that the matrix kernel's tile spans.</param>
    public static WinogradBlocking For(
        int tiles,
        int points,
        int inputChannels,
        int panels,
        bool isWhole,
        int kernelRows,
        int panelColumns,
        int panelsAtOnce
    )
    {
        var depth = Math.Max(1, inputChannels);
        var bytesOfDepth = sizeof(float) * panelColumns * panelsAtOnce * (isWhole ? 1 : WinogradTile.SidePoints);
        var depthBlock = DivideUp(depth, DivideUp(depth, PanelBytes / bytesOfDepth));
        var panelBlock = Math.Max(1, PanelBytes / (bytesOfDepth * depthBlock)) * panelsAtOnce;
        var ownTiles = (int)(
            OwnBytes
            / ((long)sizeof(float) * points * (inputChannels + (panelColumns * Math.Min(panels, panelsAtOnce))))
        );
        var ownBlock = Math.Clamp(ownTiles / kernelRows, 2, 8) * kernelRows;
        if (isWhole && StayInCache(points, inputChannels, panels, panelColumns) && tiles >= WantedBlocks * ownBlock)
            return new WinogradBlocking(ownBlock, Together: false, depthBlock, panelBlock);

        var sharedTiles = (int)
            Math.Min(
                int.MaxValue / 2,
                SharedBytes / ((long)sizeof(float) * points * (inputChannels + ((long)panels * panelColumns)))
            );
        var blocks = DivideUp(tiles, Math.Max(kernelRows * 8, sharedTiles));
        return new WinogradBlocking(
            DivideUp(DivideUp(tiles, blocks), kernelRows) * kernelRows,
            Together: true,
            depthBlock,
            panelBlock
        );
    }

    /// <summary>Whether the weights of all points are few enough to stay in a core's cache.</summary>
    /// <param name="points">The number of points that have a matrix.</param>
    /// <param name="inputChannels">The number of rows of a point's matrix.</param>
    /// <param name="panels">The number of panels of a point's matrix.</param>
    /// <param name="panelColumns">The number of columns of a panel.</param>
    public static bool StayInCache(int points, int inputChannels, int panels, int panelColumns) =>
        (long)sizeof(float) * points * inputChannels * panels * panelColumns <= ResidentWeightBytes;

    private static int DivideUp(int value, int divisor) => (value + divisor - 1) / divisor;
}
