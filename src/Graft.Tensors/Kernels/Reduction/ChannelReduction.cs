namespace Graft.Tensors.Kernels.Reduction;

/// <summary>
/// Sums over the pixels of <c>[pixels][channels]</c>, cut into blocks by the number of channels alone: each block is
/// summed in single precision, the blocks' sums in order and in double precision, so that the result does not depend on
/// the number of threads.
/// </summary>
internal static unsafe class ChannelReduction
{
    /// <summary>Elements of a block.</summary>
    private const int BlockLength = 1 << 14;

    /// <summary>Work on some pixels, which are all of a block.</summary>
    /// <param name="firstPixel">The first one.</param>
    /// <param name="pixelCount">How many.</param>
    /// <param name="sums">Receives the block's sums.</param>
    public delegate void Block(int firstPixel, int pixelCount, float* sums);

    /// <summary>Pixels in a block.</summary>
    public static int BlockPixels(int channels) => Math.Max(1, BlockLength / Math.Max(1, channels));

    /// <summary>Computes sums.</summary>
    /// <param name="pixels">The number of pixels.</param>
    /// <param name="channels">Channels of each.</param>
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
