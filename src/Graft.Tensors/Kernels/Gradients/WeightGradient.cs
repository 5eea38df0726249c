using System.Runtime.CompilerServices;
using Graft.Tensors.Kernels.Convolution;

namespace Graft.Tensors.Kernels.Gradients;

/// <summary>
/// The gradient of a convolution's weight: for each tap the product of the transposed input and the output's gradient,
/// over all pixels. Both operands are packed for the micro-kernel, a few images at a time.
/// </summary>
/// <remarks>
/// A result is a sum of blocks of pixels taken in order, each a chain of multiply-adds. It depends neither on the
/// number of threads nor on the vector width. The blocks also limit the rounding error of long sums.
/// </remarks>
internal static unsafe class WeightGradient
{
    /// <summary>The number of pixels in a block; their part of a panel stays in the first-level cache.</summary>
    private const int BlockPixels = 256;

    /// <summary>The number of floats that are packed at a time.</summary>
    private const long ChunkLength = 6 << 20;

    /// <summary>
    /// The size of the packed input that stays in the second-level cache while it is multiplied by one panel after
    /// another, in bytes.
    /// </summary>
    private const int LeftBytes = 256 << 10;

    /// <summary>
    /// The number of tasks into which to divide the results, so that the threads finish at the same time.
    /// </summary>
    private const int WantedTasks = 32;

    /// <summary>Adds the gradient to <paramref name="target"/>.</summary>
    /// <param name="geometry">The sizes; for one of several groups, the channels of that group.</param>
    /// <param name="batch">The number of images.</param>
    /// <param name="input">The first channel (of the group) of the first pixel.</param>
    /// <param name="inputStride">The distance from one input pixel to the next, in floats.</param>
    /// <param name="gradient">The output's gradient: the first channel (of the group) of the first pixel.</param>
    /// <param name="gradientStride">
    /// The distance from one output pixel to the next, and from one row of the weight to the next, in floats.
    /// </param>
    /// <param name="target">The weight's gradient, <c>[taps][input channels][output channels]</c>.</param>
    /// <param name="workers">The worker threads.</param>
    /// <param name="kernel">The tile kernel; the best one when null.</param>
    public static void Add(
        ConvolutionGeometry geometry,
        int batch,
        float* input,
        int inputStride,
        float* gradient,
        int gradientStride,
        float* target,
        WorkerPool workers,
        OuterProductKernel? kernel = null
    )
    {
        var best = kernel ?? OuterProductKernel.Best;
        var layout = WeightGradientLayout.For(geometry);
        var groups = DivideUp(layout.Channels, OuterProductKernel.Rows);
        var panels = DivideUp(geometry.OutputChannels, best.Columns);
        var imageLength =
            ((long)groups * OuterProductKernel.Rows * layout.Height * layout.Width)
            + ((long)panels * best.Columns * geometry.OutputPixels);
        var images = (int)Math.Clamp(ChunkLength / imageLength, 1, batch);
        using var left = Tensor.Uninitialized(
            new Shape(groups, images * layout.Height * layout.Width, OuterProductKernel.Rows)
        );
        using var right = Tensor.Uninitialized(new Shape(panels, images * geometry.OutputPixels, best.Columns));
        for (var first = 0; first < batch; first += images)
        {
            var count = Math.Min(images, batch - first);
            var chunk = new WeightGradientChunk(geometry, layout, best, count, left.Pointer, right.Pointer);
            chunk.PackInput(input + ((nint)first * geometry.InputPixels * inputStride), inputStride, workers);
            chunk.PackGradient(
                gradient + ((nint)first * geometry.OutputPixels * gradientStride),
                gradientStride,
                workers
            );
            Multiply(chunk, target, gradientStride, workers);
        }
    }

    private static void Multiply(WeightGradientChunk chunk, float* target, int targetStride, WorkerPool workers)
    {
        // Every task has some tiles, whose packed pixels fit in the cache (all taps of a group of channels read the
        // same ones), and some panels.
        var tiles = chunk.Groups * chunk.Layout.Taps;
        var groupBytes =
            sizeof(float)
            * OuterProductKernel.Rows
            * (long)chunk.LeftPixels
            * Math.Min(BlockPixels, chunk.OutputPixels)
            / chunk.OutputPixels;
        var groupsInCache = (int)Math.Clamp(LeftBytes / groupBytes, 1, chunk.Groups);
        var tileTasks = Math.Clamp(DivideUp(WantedTasks, chunk.Panels), DivideUp(chunk.Groups, groupsInCache), tiles);
        var panelTasks = Math.Clamp(DivideUp(WantedTasks, tileTasks), 1, chunk.Panels);
        workers.Run(tileTasks * panelTasks, (task, _) =>
        {
            var (tilePart, panelPart) = Math.DivRem(task, panelTasks);
            var work = new Work(
                (int)((long)tiles * tilePart / tileTasks),
                (int)((long)tiles * (tilePart + 1) / tileTasks),
                (int)((long)chunk.Panels * panelPart / panelTasks),
                (int)((long)chunk.Panels * (panelPart + 1) / panelTasks)
            );
            if (chunk.Layout.IsFlat)
                MultiplyFlat(chunk, work, target, targetStride);
            else
                MultiplyRows(chunk, work, target, targetStride);
        });
    }

    private static void MultiplyFlat(WeightGradientChunk chunk, Work work, float* target, int targetStride)
    {
        var block = Block(chunk.OutputPixels, BlockPixels);
        for (var pixel = 0; pixel < chunk.OutputPixels; pixel += block)
        {
            var start = (nint)pixel * OuterProductKernel.Rows;
            MultiplyTiles(
                chunk,
                work,
                &start,
                1,
                Math.Min(block, chunk.OutputPixels - pixel),
                pixel,
                target,
                targetStride
            );
        }
    }

    private static void MultiplyRows(WeightGradientChunk chunk, Work work, float* target, int targetStride)
    {
        var width = chunk.OutputWidth;
        var rows = chunk.OutputPixels / width;
        var rowBlock = Block(rows, Math.Max(1, BlockPixels / width));
        var starts = stackalloc nint[rowBlock];
        for (var row = 0; row < rows; row += rowBlock)
        {
            var count = Math.Min(rowBlock, rows - row);
            for (var i = 0; i < count; i++)
                starts[i] = chunk.RowStart(row + i);
            MultiplyTiles(chunk, work, starts, count, width, row * width, target, targetStride);
        }
    }

    private static void MultiplyTiles(
        WeightGradientChunk chunk,
        Work work,
        nint* starts,
        int rows,
        int count,
        int pixel,
        float* target,
        int targetStride
    )
    {
        for (var panel = work.FirstPanel; panel < work.EndPanel; panel++)
        {
            var right = chunk.Panel(panel, pixel);
            for (var tile = work.FirstTile; tile < work.EndTile; tile++)
                MultiplyTile(chunk, tile, panel, starts, rows, count, right, target, targetStride);
        }
    }

    [SkipLocalsInit]
    private static void MultiplyTile(
        WeightGradientChunk chunk,
        int tile,
        int panel,
        nint* starts,
        int rows,
        int count,
        float* right,
        float* target,
        int targetStride
    )
    {
        var kernel = chunk.Kernel;
        var sums = stackalloc float[OuterProductKernel.Rows * kernel.Columns];
        var (group, tap) = Math.DivRem(tile, chunk.Layout.Taps);
        var channel = group * OuterProductKernel.Rows;
        var rowCount = Math.Min(OuterProductKernel.Rows, chunk.Layout.Channels - channel);
        var column = panel * kernel.Columns;
        target += (((nint)(tap * chunk.Layout.Channels) + channel) * targetStride) + column;
        // The rows of the result are far apart, and so are the pixels of consecutive tiles: the hardware prefetcher
        // does not predict them.
        for (var row = 0; row < rowCount; row++)
            Prefetch.Lines(target + (row * targetStride), 1);
        var (nextGroup, nextTap) = Math.DivRem(tile + 1, chunk.Layout.Taps);
        kernel.Multiply(
            chunk.Left(group, tap),
            starts,
            rows,
            count,
            (nint)chunk.Layout.PixelStep * OuterProductKernel.Rows,
            right,
            chunk.Left(nextGroup, nextTap),
            sums
        );
        kernel.Add(sums, target, targetStride, rowCount, Math.Min(kernel.Columns, chunk.OutputChannels - column));
    }

    /// <summary>
    /// The length of a block, if blocks have about the same length and none is longer than the longest allowed.
    /// </summary>
    // A short block at the end would cost as many additions to the result as a long one.
    private static int Block(int count, int longest) => DivideUp(count, DivideUp(count, longest));

    private static int DivideUp(int value, int divisor) => (value + divisor - 1) / divisor;

    /// <summary>
    /// The results that a task computes: a range of tiles, ordered so that the taps of a group of channels are
    /// together, and a range of panels.
    /// </summary>
    private readonly record struct Work(int FirstTile, int EndTile, int FirstPanel, int EndPanel);
}
