namespace Graft.Tensors.Kernels.Winograd;

/// <summary>Neighbouring tiles of one size along a side.</summary>
/// <param name="Tile">The size of the tiles.</param>
/// <param name="Start">The first result of the first tile.</param>
/// <param name="Count">The number of tiles.</param>
internal readonly record struct WinogradRun(WinogradTile Tile, int Start, int Count)
{
    /// <summary>The largest number of results along a side that is covered by tiles of three and two alone.</summary>
    // They need no more multiplications (5 = 3 + 2, 6 = 3 + 3), and use five points instead of six, so 25 instead of 36
    // matrices of weights.
    private const int FewResults = 6;

    /// <summary>
    /// Covers results with tiles that compute no unneeded results, except for a single result. Tiles have four and
    /// three results, and there are as few as possible, which also needs the fewest multiplications. Small maps use
    /// tiles of three and two. A pure function.
    /// </summary>
    /// <param name="results">The number of results along a side, at least 1.</param>
    public static IReadOnlyList<WinogradRun> Cover(int results)
    {
        var (four, three, two) = (WinogradTile.Four, WinogradTile.Three, WinogradTile.Two);
        if (results <= FewResults)
        {
            // 1 = a part of 2, 4 = 2 + 2, 5 = 3 + 2, 6 = 3 + 3.
            var twos = (three.Outputs - (results % three.Outputs)) % three.Outputs;
            return results < two.Outputs
                ? Runs((two, 1))
                : Runs((three, (results - (twos * two.Outputs)) / three.Outputs), (two, twos));
        }

        var tiles = (results + four.Outputs - 1) / four.Outputs;
        var missing = (tiles * four.Outputs) - results;
        return Runs((four, tiles - missing), (three, missing));
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
