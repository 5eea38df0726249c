namespace Graft.Tensors.Kernels.Winograd;

/// <summary>
/// How tiles cover the results of a batch. Tiles of several sizes waste nothing if a side is not a multiple of four: 14
/// = 4 + 4 + 3 + 3 takes 22 points along a side instead of 24. Immutable.
/// </summary>
internal sealed class WinogradTiling
{
    /// <summary>Covers the results.</summary>
    /// <param name="height">The number of rows of results, at least 1.</param>
    /// <param name="width">The number of columns of results, at least 1.</param>
    /// <param name="batch">The number of images.</param>
    public WinogradTiling(int height, int width, int batch)
    {
        var kinds = new List<WinogradKind>();
        foreach (var down in WinogradRun.Cover(height))
        {
            foreach (var across in WinogradRun.Cover(width))
            {
                var count = checked(batch * down.Count * across.Count);
                kinds.Add(new WinogradKind(down, across, TileCount, count));
                TileCount += count;
            }
        }

        Kinds = kinds;
    }

    /// <summary>The kinds of tiles, one after another.</summary>
    public IReadOnlyList<WinogradKind> Kinds { get; }

    /// <summary>The number of tiles.</summary>
    public int TileCount { get; }

    /// <summary>The number of multiplications for an image, for each pair of input and output channels.</summary>
    public static long Multiplications(int height, int width) => Points(height) * Points(width);

    /// <summary>The sizes of the tiles as text, such as <c>4x4</c> or <c>4x4 to 3x3</c>.</summary>
    public static string Describe(int height, int width)
    {
        var (down, across) = (WinogradRun.Cover(height), WinogradRun.Cover(width));
        var (largest, smallest) = (
            $"{down[0].Tile.Outputs}x{across[0].Tile.Outputs}",
            $"{down[^1].Tile.Outputs}x{across[^1].Tile.Outputs}"
        );
        return largest == smallest ? largest : $"{largest} to {smallest}";
    }

    private static long Points(int results) => WinogradRun.Cover(results).Sum(run => (long)run.Count * run.Tile.Inputs);
}
