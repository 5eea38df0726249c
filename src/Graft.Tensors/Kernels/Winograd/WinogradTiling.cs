namespace Graft.Tensors.Kernels.Winograd;

/// <summary>
/// How tiles cover the results of a batch. Tiles of several sizes waste nothing where a side is no multiple of four: 14
/// = 4 + 4 + 3 + 3 takes 22 points along a side instead of 24. Immutable.
/// </summary>
internal sealed class WinogradTiling
{
    /// <summary>Covers the results.</summary>
    /// <param name="height">Rows of results, at least 1.</param>
    /// <param name="width">Columns of results, at least 1.</param>
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

    /// <summary>The kinds, one after another.</summary>
    public IReadOnlyList<WinogradKind> Kinds { get; }

    /// <summary>The number of tiles.</summary>
    public int TileCount { get; }

    /// <summary>The number of multiplications of an image for each input and output channel.</summary>
    public static long Multiplications(int height, int width) => Points(height) * Points(width);

    /// <summary>The sizes of tiles in words, such as <c>4x4</c> or <c>4x4 to 3x3</c>.</summary>
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
