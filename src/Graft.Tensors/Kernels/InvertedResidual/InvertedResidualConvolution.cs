namespace Graft.Tensors.Kernels.InvertedResidual;

/// <summary>
/// Three convolutions in one pass on all threads: an expansion (pointwise, or a network's first convolution), a
/// depthwise convolution, and a pointwise projection. Bands of rows pass through all three while they are in the cache.
/// The expanded images, several times as large as input and output, are never stored as a whole.
/// </summary>
/// <remarks>
/// Sandler et al., "MobileNetV2: Inverted Residuals and Linear Bottlenecks" (2018), section 5, compute such blocks in
/// parts to save memory. Every result is the same chain of multiply-adds as in three passes, bit for bit.
/// </remarks>
internal static unsafe class InvertedResidualConvolution
{
    /// <summary>Computes the block.</summary>
    /// <param name="operands">The convolutions and the images.</param>
    /// <param name="workers">The worker threads.</param>
    public static void Run(InvertedResidualOperands operands, WorkerPool workers)
    {
        var blocking = InvertedResidualBlocking.For(operands.Depthwise, operands.Batch, workers.ThreadCount);
        var height = operands.Depthwise.OutputHeight;
        workers.Run(operands.Batch * blocking.Bands, (task, _) =>
        {
            var (image, band) = Math.DivRem(task, blocking.Bands);
            using var work = new InvertedResidualBand(operands, blocking, image);
            work.Run(height * band / blocking.Bands, height * (band + 1) / blocking.Bands);
        });
    }
}
