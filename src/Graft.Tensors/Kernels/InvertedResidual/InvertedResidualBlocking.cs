using Graft.Tensors.Kernels.Convolution;

namespace Graft.Tensors.Kernels.InvertedResidual;

/// <summary>
/// The division of the work on an inverted residual block. A pure function of its sizes. It affects only the speed, not
/// the results.
/// </summary>
/// <param name="Bands">The number of bands into which the output rows of an image are divided; each is a task.</param>
/// <param name="ChunkRows">The number of output rows that pass through all three convolutions together.</param>
/// <param name="RingRows">The number of rows of the expanded image that are kept at a time.</param>
internal readonly record struct InvertedResidualBlocking(int Bands, int ChunkRows, int RingRows)
{
    /// <summary>
    /// The share of the second-level cache for the intermediate rows, in bytes; the rest is for weights, input and
    /// output.
    /// </summary>
    private const int CacheBytes = 384 << 10;

    /// <summary>The number of tasks for each thread, so that the threads finish at the same time.</summary>
    private const int TasksPerThread = 4;

    /// <summary>
    /// The number of rows in a band that makes up for the rows around it, which neighbouring bands expand as well.
    /// </summary>
    private const int WantedBandRows = 12;

    /// <summary>Chooses the division.</summary>
    /// <param name="depthwise">The sizes of the convolution in the middle.</param>
    /// <param name="batch">The number of images.</param>
    /// <param name="threads">The number of threads.</param>
    public static InvertedResidualBlocking For(ConvolutionGeometry depthwise, int batch, int threads)
    {
        var height = depthwise.OutputHeight;
        var evenTasks = Math.Min(DivideUp(TasksPerThread * threads, batch), height / WantedBandRows);
        var bands = threads == 1 ? 1 : Math.Clamp(Math.Max(evenTasks, DivideUp(threads, batch)), 1, height);

        var reach = ((depthwise.KernelHeight - 1) * depthwise.DilationHeight) + 1;
        var expandedRow = sizeof(float) * depthwise.InputWidth * depthwise.InputChannels;
        var outputRow = sizeof(float) * depthwise.OutputWidth * depthwise.InputChannels;
        var bandRows = DivideUp(height, bands);
        var chunk = Math.Clamp(
            (CacheBytes - (reach * expandedRow)) / ((depthwise.StrideHeight * expandedRow) + outputRow),
            1,
            bandRows
        );
        chunk = DivideUp(bandRows, DivideUp(bandRows, chunk));
        if ((RingRows(bandRows) * expandedRow) + (bandRows * outputRow) <= CacheBytes)
            chunk = bandRows;
        return new InvertedResidualBlocking(bands, chunk, RingRows(chunk));

        int RingRows(int chunkRows) =>
            Math.Min(depthwise.InputHeight, ((chunkRows - 1) * depthwise.StrideHeight) + reach);
    }

    private static int DivideUp(int value, int divisor) => (value + divisor - 1) / divisor;
}
