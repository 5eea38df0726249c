namespace Graft.Tensors.Kernels.Winograd;

/// <summary>Neighbouring tiles of one size along a side.</summary>
/// <param name="Tile">Their size.</param>
/// <param name="Start">The first result of the first of them.</param>
/// <param name="Count">How many.</param>
internal readonly record struct WinogradRun(WinogradTile Tile, int Start, int Count)
{
    /// <summary>
    /// Covers results by as few tiles as there can be, which is as few multiplications: tiles of four, and of three where fours would reach beyond the end.
    /// A pure function; 1 to 3 results, and 5, are left to tiles of two and three.
    /// </summary>
    /// <param name="results">Results along a side, at least 1.</param>
    public static IReadOnlyList<WinogradRun> Cover(int results)
    {
        var tiles = (results + WinogradTile.Four.Outputs - 1) / WinogradTile.Four.Outputs;
        var missing = (tiles * WinogradTile.Four.Outputs) - results;
        if (missing <= tiles)
            return Runs((WinogradTile.Four, tiles - missing), (WinogradTile.Three, missing));
        return tiles == 1 ? Runs((WinogradTile.Two, 1)) : Runs((WinogradTile.Three, 1), (WinogradTile.Two, 1));
    }

    private static List<WinogradRun> Runs(params ReadOnlySpan<(WinogradTile Tile, int Count)> sizes)
    {
        var runs = new List<WinogradRun>();
        var start = 0;
        foreach (var (tile, count) in sizes)
        {
            if (count > 0)
                runs.Add(new WinogradRun(tile, start, count));
            start += count * tile.Outputs;
        }

        return runs;
    }
}

/// <summary>The tiles of all images that have one size down and one across; they follow each other image by image, row by row.</summary>
/// <param name="Down">Rows of tiles in an image.</param>
/// <param name="Across">Tiles in a row.</param>
/// <param name="First">The number of the first of them among the tiles of all kinds.</param>
/// <param name="Count">How many there are in all images.</param>
internal readonly record struct WinogradKind(WinogradRun Down, WinogradRun Across, int First, int Count)
{
    /// <summary>The image of a tile and the row and column of its first result.</summary>
    /// <param name="tile">Its number among those of its kind.</param>
    public (int Image, int Y, int X) Place(int tile)
    {
        var (row, x) = Math.DivRem(tile, Across.Count);
        var (image, y) = Math.DivRem(row, Down.Count);
        return (image, Down.Start + (y * Down.Tile.Outputs), Across.Start + (x * Across.Tile.Outputs));
    }
}

/// <summary>
/// How tiles cover the results of a batch. Tiles of several sizes waste nothing where a side is no multiple of four: 7 = 4 + 3 takes
/// 6 + 5 points along a side instead of 12. Immutable.
/// </summary>
internal sealed class WinogradTiling
{
    /// <summary>Covers the results.</summary>
    /// <param name="height">Rows of results, at least 1.</param>
    /// <param name="width">Columns of results, at least 1.</param>
    /// <param name="batch">How many images.</param>
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

    /// <summary>The kinds, one behind the other.</summary>
    public IReadOnlyList<WinogradKind> Kinds { get; }

    /// <summary>How many tiles there are.</summary>
    public int TileCount { get; }

    /// <summary>How many multiplications an image takes for each input and output channel.</summary>
    public static long Multiplications(int height, int width) => Points(height) * Points(width);

    /// <summary>The sizes of tiles in words, such as <c>4x4</c> or <c>4x4 to 3x3</c>.</summary>
    public static string Describe(int height, int width)
    {
        var (down, across) = (WinogradRun.Cover(height), WinogradRun.Cover(width));
        var (largest, smallest) = ($"{down[0].Tile.Outputs}x{across[0].Tile.Outputs}", $"{down[^1].Tile.Outputs}x{across[^1].Tile.Outputs}");
        return largest == smallest ? largest : $"{largest} to {smallest}";
    }

    private static long Points(int results) => WinogradRun.Cover(results).Sum(run => (long)run.Count * run.Tile.Inputs);
}
