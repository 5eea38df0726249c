namespace Graft.Tensors.Kernels.Winograd;

/// <summary>Neighbouring tiles of one size along a side.</summary>
/// <param name="Tile">Their size.</param>
/// <param name="Start">The first result of the first of them.</param>
/// <param name="Count">How many.</param>
internal readonly record struct WinogradRun(WinogradTile Tile, int Start, int Count)
{
    /// <summary>
    /// Up to so many results, two small tiles, tiles of three and two alone are used: as few multiplications as any (5
    /// = 3 + 2, 6 = 3 + 3), and five points instead of six, so 25 instead of 36 matrices of weights.
    /// </summary>
    private const int FewResults = 6;

    /// <summary>
    /// Covers results by tiles that waste none from two results on: by as few as there can be, of four and of three,
    /// which is as few multiplications; small maps by those of three and two. A pure function.
    /// </summary>
    /// <param name="results">Results along a side, at least 1.</param>
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
