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
                var panelBytes =
                    (long)blocking.TapBlock
                    * blocking.LengthBlock
                    * kernel.Columns
                    * kernel.PanelsAtOnce
                    * sizeof(float);
                return blocking.TapBlock >= 1
                    && blocking.TapBlock <= taps
                    && blocking.LengthBlock >= 1
                    && blocking.LengthBlock <= Math.Max(1, length)
                    // Several taps are taken together only when each is taken whole.
                    && (blocking.TapBlock == 1 || blocking.LengthBlock >= length)
                    // The block of the panels that a tile spans leaves room in a second-level cache of 512 KiB.
                    && panelBytes <= 256 << 10;
            })
            .QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Tasks_cover_rows_and_panels_in_whole_tiles_of_the_same_number_but_one()
    {
        var cases =
            from rows in Gen.OneOf(Gen.Choose(1, 100), Gen.Choose(1, 1_000_000))
            from panels in Gen.OneOf(Gen.Choose(1, 9), Gen.Choose(1, 1000))
            from depth in Gen.OneOf(Gen.Choose(1, 100), Gen.Choose(1, 30_000))
            from kernel in Gen.Elements<TileKernel>(TileKernel.All)
            from threads in Gen.OneOf(Gen.Choose(1, 4), Gen.Choose(1, 130))
            select (rows, panels, depth, kernel, threads);
        Prop.ForAll(cases.ToArbitrary(), sizes =>
            {
                var (rows, panels, depth, kernel, threads) = sizes;
                var blocking = GemmBlocking.For(rows, panels, 1, depth, kernel, threads);
                var ofRows = Enumerable
                    .Range(0, blocking.RowTasks)
                    .Select(task => blocking.Rows(task, rows, kernel))
                    .ToArray();
                var ofPanels = Enumerable
                    .Range(0, blocking.PanelTasks)
                    .Select(task => blocking.Panels(task, panels, kernel))
                    .ToArray();
                return Covers(ofRows, rows, kernel.Rows, 32)
                    && Covers(ofPanels, panels, kernel.PanelsAtOnce, int.MaxValue);
            })
            .QuickCheckThrowOnFailure();

        static bool Covers((int First, int End)[] parts, int count, int step, int most)
        {
            var steps = parts.Select(part => (part.End - part.First + step - 1) / step).ToArray();
            return parts[0].First == 0
                && parts[^1].End == count
                && parts.Zip(parts.Skip(1)).All(pair => pair.First.End == pair.Second.First)
                && parts.All(part => part.First % step == 0)
                && steps.Min() >= 1
                && steps.Max() <= Math.Min(most, steps.Min() + 1);
        }
    }

    [Fact]
    public void Work_for_few_rows_is_shared_out_over_panels()
    {
        var blocking = GemmBlocking.For(49, 128, 9, 512, TileKernel.Best);
        Assert.InRange(blocking.RowTasks * blocking.PanelTasks, 8, 200);
    }

    // Rows and depths of ResNet-50's products for one image and for 16, at 224 and 139 pixels.
    [Theory]
    [InlineData(49, 2048, 512)]
    [InlineData(49, 512, 2048)]
    [InlineData(196, 256, 1024)]
    [InlineData(400, 2048, 512)]
    [InlineData(1296, 1024, 256)]
    [InlineData(12544, 512, 128)]
    [InlineData(50176, 64, 256)]
    public void Two_threads_get_as_many_tasks_each(int rows, int depth, int columns)
    {
        foreach (var kernel in TileKernel.All)
        {
            var blocking = GemmBlocking.For(rows, columns / kernel.Columns, 1, depth, kernel, threads: 2);
            Assert.Equal(0, blocking.RowTasks * blocking.PanelTasks % 2);
        }
    }
}
