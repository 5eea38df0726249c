using FsCheck;
using FsCheck.Fluent;
using Graft.Tensors.Kernels.Winograd;

namespace Graft.Tensors.Tests.Kernels;

public sealed class WinogradTilingTests
{
    [Theory]
    [InlineData(1, "2 at 0")]
    [InlineData(2, "2 at 0")]
    [InlineData(3, "3 at 0")]
    [InlineData(4, "2 at 0, 2 at 2")]
    [InlineData(5, "3 at 0, 2 at 3")]
    [InlineData(6, "3 at 0, 3 at 3")]
    [InlineData(7, "4 at 0, 3 at 4")]
    [InlineData(8, "4 at 0, 4 at 4")]
    [InlineData(9, "3 at 0, 3 at 3, 3 at 6")]
    [InlineData(10, "4 at 0, 3 at 4, 3 at 7")]
    [InlineData(12, "4 at 0, 4 at 4, 4 at 8")]
    [InlineData(14, "4 at 0, 4 at 4, 3 at 8, 3 at 11")]
    [InlineData(28, "4 at 0, 4 at 4, 4 at 8, 4 at 12, 4 at 16, 4 at 20, 4 at 24")]
    public void Sides_are_covered_by_tiles_that_waste_nothing(int results, string tiles) =>
        Assert.Equal(
            tiles,
            string.Join(
                ", ",
                WinogradRun
                    .Cover(results)
                    .SelectMany(run =>
                        Enumerable
                            .Range(0, run.Count)
                            .Select(i => $"{run.Tile.Outputs} at {run.Start + (i * run.Tile.Outputs)}")
                    )
            )
        );

    [Fact]
    public void Fourteen_by_fourteen_results_take_a_sixth_less_than_tiles_of_four()
    {
        Assert.Equal(484, WinogradTiling.Multiplications(14, 14));
        Assert.Equal("4x4 to 3x3", WinogradTiling.Describe(14, 14));
        Assert.Equal("3x3", WinogradTiling.Describe(9, 9));
    }

    [Fact]
    public void Small_maps_need_weights_at_fewer_points()
    {
        Assert.Equal([0, 1, 2, 3, 5], WinogradPoints.For(6, 14).Down);
        Assert.Equal([0, 1, 2, 3, 4, 5], WinogradPoints.For(6, 14).Across);
        Assert.Equal(
            (16, 25, 30, 36),
            (
                WinogradPoints.For(4, 4).All.Length,
                WinogradPoints.For(5, 5).All.Length,
                WinogradPoints.For(6, 14).All.Length,
                WinogradPoints.For(14, 14).All.Length
            )
        );
        Assert.Equal(
            (0, 24, -1),
            (WinogradPoints.For(5, 5).Place(0), WinogradPoints.For(5, 5).Place(35), WinogradPoints.For(5, 5).Place(4))
        );
    }

    [Fact]
    public void Every_result_of_every_image_is_in_exactly_one_tile()
    {
        var cases =
            from height in Gen.Choose(2, 40)
            from width in Gen.Choose(2, 40)
            from batch in Gen.Choose(1, 4)
            select (height, width, batch);
        Prop.ForAll(cases.ToArbitrary(), sizes =>
            {
                var (height, width, batch) = sizes;
                var tiling = new WinogradTiling(height, width, batch);
                var covered = new int[batch, height, width];
                var next = 0;
                foreach (var kind in tiling.Kinds)
                {
                    Assert.Equal(next, kind.First);
                    next += kind.Count;
                    for (var tile = 0; tile < kind.Count; tile++)
                    {
                        var (image, top, left) = kind.Place(tile);
                        for (var y = top; y < top + kind.Down.Tile.Outputs; y++)
                        for (var x = left; x < left + kind.Across.Tile.Outputs; x++)
                            covered[image, y, x]++;
                    }
                }

                Assert.Equal(next, tiling.TileCount);
                Assert.All(covered.Cast<int>(), times => Assert.Equal(1, times));
            })
            .QuickCheckThrowOnFailure();
    }
}
