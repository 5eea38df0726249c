namespace Graft.Tensors.Kernels.Winograd;

/// <summary>
/// The subset of the <see cref="WinogradTile.AllPoints"/> points that the tiles of a map use; only these need weights.
/// Immutable.
/// </summary>
internal sealed class WinogradPoints
{
    private readonly int[] _places = [.. Enumerable.Repeat(-1, WinogradTile.AllPoints)];

    /// <summary>Makes the points from those along both sides.</summary>
    /// <param name="down">The vertical points, in ascending order.</param>
    /// <param name="across">The horizontal points, in ascending order.</param>
    public WinogradPoints(int[] down, int[] across)
    {
        (Down, Across) = (down, across);
        All = [.. down.SelectMany(y => across.Select(x => (y * WinogradTile.SidePoints) + x))];
        for (var i = 0; i < All.Length; i++)
            _places[All[i]] = i;
    }

    /// <summary>The vertical points.</summary>
    public int[] Down { get; }

    /// <summary>The horizontal points.</summary>
    public int[] Across { get; }

    /// <summary>The points, row by row.</summary>
    public int[] All { get; }

    /// <summary>The points of all tiles of a map.</summary>
    /// <param name="height">The number of rows of results, at least 1.</param>
    /// <param name="width">The number of columns of results, at least 1.</param>
    public static WinogradPoints For(int height, int width) => new(Side(height), Side(width));

    /// <summary>A point's index among these; -1 if it is not one of them.</summary>
    public int Place(int point) => _places[point];

    private static int[] Side(int results) =>
        [.. WinogradRun.Cover(results).SelectMany(run => run.Tile.Points).Distinct().Order()];
}
