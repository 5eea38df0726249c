namespace Graft.Tensors.Kernels.Winograd;

/// <summary>
/// The division of a convolution's tiles into blocks: a pure function of its sizes. It affects only the speed, not the
/// results.
/// </summary>
/// <param name="TileBlock">Tiles whose transforms are kept at a time; a multiple of the matrix kernel's rows.</param>
/// <param name="Together">
/// Whether all threads work on one block, phase by phase (transform, products shared out by point and panel, transform
/// back), or each on a block of its own and one panel after the other. Together every weight is read by one thread
/// only: for weights larger than caches.
/// </param>
/// <param name="DepthBlock">Input channels in a block of the shared dimension.</param>
/// <param name="PanelBlock">
/// Panels whose weights are finished together where they are not kept whole; a multiple of those that the matrix
/// kernel's tile spans.
/// </param>
internal readonly record struct WinogradBlocking(int TileBlock, bool Together, int DepthBlock, int PanelBlock)
{
    /// <summary>
    /// The part of the panels of a matrix tile that stays in the second-level cache while it meets one row of tiles
    /// after another, in bytes; where weights are finished on the way, that of a whole row of points.
    /// </summary>
    private const int PanelBytes = 256 << 10;

    /// <summary>The share of a thread's second-level cache for its own block, in bytes.</summary>
    private const int OwnBytes = 640 << 10;

    /// <summary>The share of the last-level cache for a block shared by all threads, in bytes.</summary>
    private const int SharedBytes = 16 << 20;

    /// <summary>Weights that stay in the second-level cache beside a thread's own block, in bytes.</summary>
    private const int ResidentWeightBytes = 3 << 20;

    /// <summary>Blocks to cut the tiles into at least, so that the threads finish at the same time.</summary>
    private const int WantedBlocks = 8;

    /// <summary>Chooses the blocks.</summary>
    /// <param name="tiles">Tiles of the whole batch, at least 1.</param>
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
    /// <param name="tiles">Tiles of the whole batch, at least 1.</param>
    /// <param name="points">Points of a tile.</param>
    /// <param name="inputChannels">Rows of a point's matrix.</param>
    /// <param name="panels">Panels of a point's matrix.</param>
    /// <param name="isWhole">Whether the matrices are kept.</param>
    /// <param name="kernelRows">Rows of the matrix kernel's tile.</param>
    /// <param name="panelColumns">Columns of a panel.</param>
    /// <param name="panelsAtOnce">Panels that the matrix kernel's tile spans.</param>
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
    /// <param name="points">Points that have a matrix.</param>
    /// <param name="inputChannels">Rows of a point's matrix.</param>
    /// <param name="panels">Panels of a point's matrix.</param>
    /// <param name="panelColumns">Columns of a panel.</param>
    public static bool StayInCache(int points, int inputChannels, int panels, int panelColumns) =>
        (long)sizeof(float) * points * inputChannels * panels * panelColumns <= ResidentWeightBytes;

    private static int DivideUp(int value, int divisor) => (value + divisor - 1) / divisor;
}
