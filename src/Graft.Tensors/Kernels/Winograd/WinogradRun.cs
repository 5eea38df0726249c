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
