namespace Graft.Tensors.Kernels.Reduction;

/// <summary>
/// Sums over the pixels of <c>[pixels][channels]</c>. The pixels are divided into blocks that depend only on the number
/// of channels. Each block is summed in float32; the sums of the blocks are added in order and in double precision. The
/// result therefore does not depend on the number of threads.
/// </summary>
internal static unsafe class ChannelReduction
{
    /// <summary>The number of elements in a block.</summary>
    private const int BlockLength = 1 << 14;

    /// <summary>Processes the pixels of one block.</summary>
    /// <param name="firstPixel">The first pixel.</param>
    /// <param name="pixelCount">The number of pixels.</param>
    /// <param name="sums">Receives the block's sums.</param>
    public delegate void Block(int firstPixel, int pixelCount, float* sums);

    /// <summary>The number of pixels in a block.</summary>
    public static int BlockPixels(int channels) => Math.Max(1, BlockLength / Math.Max(1, channels));

    /// <summary>Computes the sums.</summary>
    /// <param name="pixels">The number of pixels.</param>
    /// <param name="channels">The number of channels.</param>
    /// <param name="sumCount">The total number of sums.</param>
    /// <param name="block">Computes the sums of a block; writes all of them.</param>
    /// <param name="workers">The worker threads.</param>
    /// <returns>The sums.</returns>
    public static double[] Sum(int pixels, int channels, int sumCount, Block block, WorkerPool workers)
    {
        using var parts = Parts(pixels, channels, sumCount, block, workers);
        var sums = new double[sumCount];
        for (var part = 0; part < parts.Shape[0]; part++)
        {
            var values = parts.Rows(part);
            for (var i = 0; i < values.Length; i++)
                sums[i] += values[i];
        }

        return sums;
    }

    /// <summary>Computes the sums of each block, <c>[blocks, sums]</c>; the caller owns them.</summary>
    /// <inheritdoc cref="Sum"/>
    public static Tensor Parts(int pixels, int channels, int sumCount, Block block, WorkerPool workers)
    {
        var pixelsInBlock = BlockPixels(channels);
        var blocks = (pixels + pixelsInBlock - 1) / pixelsInBlock;
        var parts = Tensor.Uninitialized(new Shape(blocks, sumCount));
        var pointer = parts.Pointer;
        workers.Run(blocks, (task, _) =>
            block(
                task * pixelsInBlock,
                Math.Min(pixelsInBlock, pixels - (task * pixelsInBlock)),
                pointer + ((nint)task * sumCount)
            )
        );
        return parts;
    }
}
