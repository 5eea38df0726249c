using FsCheck;
using FsCheck.Fluent;
using Graft.Tensors.Kernels.Gemm;
using Graft.Tensors.Kernels.Winograd;

namespace Graft.Tensors.Tests.Kernels;

public sealed class WinogradBlockingTests
{
    [Fact]
    public void Blocks_are_whole_matrix_tiles_and_fit_the_caches()
    {
        var cases =
            from tiles in Gen.OneOf(Gen.Choose(1, 50), Gen.Choose(1, 100_000))
            from points in Gen.Elements(16, 36)
            from channels in Gen.OneOf(Gen.Choose(0, 70), Gen.Choose(1, 2048))
            from panels in Gen.Choose(1, 64)
            from kernel in Gen.Elements<TileKernel>(TileKernel.All)
            from isWhole in Gen.Elements(true, false)
            select (tiles, points, channels, panels, kernel, isWhole);
        Prop.ForAll(cases.ToArbitrary(), sizes =>
            {
                var (tiles, points, channels, panels, kernel, isWhole) = sizes;
                var blocking = WinogradBlocking.For(
                    tiles,
                    points,
                    channels,
                    panels,
                    isWhole,
                    kernel.Rows,
                    kernel.Columns,
                    kernel.PanelsAtOnce
                );
                var panelBytes = (long)sizeof(float) * blocking.DepthBlock * kernel.Columns * kernel.PanelsAtOnce;
                var finishedBytes = 6L * sizeof(float) * blocking.DepthBlock * kernel.Columns * blocking.PanelBlock;
                var weightBytes = (long)sizeof(float) * points * channels * panels * kernel.Columns;
                return blocking.TileBlock > 0
                    && blocking.TileBlock % kernel.Rows == 0
                    && blocking.TileBlock < tiles + (12 * kernel.Rows)
                    && blocking.DepthBlock >= 1
                    && panelBytes <= 256 << 10
                    && blocking.PanelBlock > 0
                    && blocking.PanelBlock % kernel.PanelsAtOnce == 0
                    && (isWhole || finishedBytes <= 256 << 10)
                    // Threads with blocks of their own would finish the same weights again and again.
                    && (isWhole || blocking.Together)
                    // Weights that no second-level cache holds are read by one thread only.
                    && (blocking.Together || weightBytes <= 3 << 20)
                    // Threads with blocks of their own need enough of them to end together.
                    && (blocking.Together || tiles >= 8 * blocking.TileBlock);
            })
            .QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Large_maps_of_few_channels_stay_within_each_threads_cache() =>
        Assert.False(WinogradBlocking.For(3136, 36, 64, 2, isWhole: true, 6, 32, 2).Together);

    [Fact]
    public void Small_maps_of_many_channels_share_the_weights() =>
        Assert.True(WinogradBlocking.For(64, 36, 512, 16, isWhole: false, 6, 32, 2).Together);
}
