namespace Graft.Tensors.Kernels.Winograd;

/// <summary>
/// The tiles of all images that have the same vertical and horizontal size; they follow each other image by image, row
/// by row.
/// </summary>
/// <param name="Down">The rows of tiles in an image.</param>
/// <param name="Across">The tiles in a row.</param>
/// <param name="First">The number of the first of them among the tiles of all kinds.</param>
/// <param name="Count">The number of tiles in all images.</param>
internal readonly record struct WinogradKind(WinogradRun Down, WinogradRun Across, int First, int Count)
{
    /// <summary>The image of a tile, and the row and column of its first result.</summary>
    /// <param name="tile">The tile's number among those of its kind.</param>
    public (int Image, int Y, int X) Place(int tile)
    {
        var (row, x) = Math.DivRem(tile, Across.Count);
        var (image, y) = Math.DivRem(row, Down.Count);
        return (image, Down.Start + (y * Down.Tile.Outputs), Across.Start + (x * Across.Tile.Outputs));
    }
}
