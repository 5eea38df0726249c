using FsCheck;
using FsCheck.Fluent;
using Graft.Tensors.Kernels.Gemm;

namespace Graft.Tensors.Tests.Kernels;

public sealed class GemmBlockingTests
{
    [Fact]
    public void Blocks_are_whole_tiles_and_small_enough_for_the_caches()
    {
        var cases =
            from rows in Gen.OneOf(Gen.Choose(0, 20), Gen.Choose(0, 1_000_000))
            from panels in Gen.OneOf(Gen.Choose(0, 4), Gen.Choose(0, 1000))
            from taps in Gen.Elements(1, 3, 7, 9, 25, 49)
            from length in Gen.OneOf(Gen.Choose(0, 5), Gen.Choose(0, 30_000))
            from kernel in Gen.Elements<TileKernel>(TileKernel.All)
            select (rows, panels, taps, length, kernel);
        Prop.ForAll(cases.ToArbitrary(), sizes =>
        {
            var (rows, panels, taps, length, kernel) = sizes;
            var blocking = GemmBlocking.For(rows, panels, taps, length, kernel);
            var panelBytes = (long)blocking.TapBlock * blocking.LengthBlock * kernel.Columns * kernel.PanelsAtOnce * sizeof(float);
            return blocking.RowBlock > 0
                && blocking.RowBlock % kernel.Rows == 0
                && blocking.RowBlock <= 32 * kernel.Rows
                && blocking.PanelBlock > 0
                && blocking.PanelBlock % kernel.PanelsAtOnce == 0
                && blocking.PanelBlock < Math.Max(1, panels) + kernel.PanelsAtOnce
                && blocking.TapBlock >= 1
                && blocking.TapBlock <= taps
                && blocking.LengthBlock >= 1
                && blocking.LengthBlock <= Math.Max(1, length)

                // Several taps are taken together only when each is taken whole.
                && (blocking.TapBlock == 1 || blocking.LengthBlock >= length)

                // The block of the panels that a tile spans leaves room in a second-level cache of 512 KiB.
                && panelBytes <= 256 << 10;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Work_for_few_rows_is_shared_out_over_panels()
    {
        var blocking = GemmBlocking.For(49, 128, 9, 512, TileKernel.Best);
        var tasks = ((49 + blocking.RowBlock - 1) / blocking.RowBlock) * ((128 + blocking.PanelBlock - 1) / blocking.PanelBlock);
        Assert.InRange(tasks, 8, 200);
    }
}
