namespace Graft.Tensors.Kernels.Winograd;

/// <summary>
/// The points that the tiles of a map use, of the <see cref="WinogradTile.AllPoints"/> that there are: weights are
/// needed at these alone. Immutable.
/// </summary>
internal sealed class WinogradPoints
{
    private readonly int[] _places = [.. Enumerable.Repeat(-1, WinogradTile.AllPoints)];

    /// <summary>Takes points along both sides.</summary>
    /// <param name="down">Those along the side down, in rising order.</param>
    /// <param name="across">Those along the side across, in rising order.</param>
    public WinogradPoints(int[] down, int[] across)
    {
        (Down, Across) = (down, across);
        All = [.. down.SelectMany(y => across.Select(x => (y * WinogradTile.SidePoints) + x))];
        for (var i = 0; i < All.Length; i++)
            _places[All[i]] = i;
    }

    /// <summary>The points along the side down.</summary>
    public int[] Down { get; }

    /// <summary>The points along the side across.</summary>
    public int[] Across { get; }

    /// <summary>The points, row by row.</summary>
    public int[] All { get; }

    /// <summary>The points of all tiles of a map.</summary>
    /// <param name="height">Rows of results, at least 1.</param>
    /// <param name="width">Columns of results, at least 1.</param>
    public static WinogradPoints For(int height, int width) => new(Side(height), Side(width));

    /// <summary>A point's number among these; -1 where it is not one of them.</summary>
    public int Place(int point) => _places[point];

    private static int[] Side(int results) =>
        [.. WinogradRun.Cover(results).SelectMany(run => run.Tile.Points).Distinct().Order()];
}
