using System.Runtime.Intrinsics;
using Graft.Tensors.Kernels.Convolution;

namespace Graft.Tensors.Kernels.Pooling;

/// <summary>Maximum and average over windows of NHWC images, vectorised along the channels.</summary>
internal static unsafe class PoolingKernel
{
    /// <summary>The prefetch distance, in pixels.</summary>
    private const int PrefetchPixels = 6;

    /// <summary>The largest value in each window.</summary>
    /// <param name="geometry">The sizes; input and output have the same channels.</param>
    /// <param name="batch">The number of images.</param>
    /// <param name="input">The images.</param>
    /// <param name="output">The results.</param>
    /// <param name="paddingIsZero">Whether padding counts as zero; otherwise it is ignored.</param>
    /// <param name="workers">The worker threads.</param>
    public static void Maximum(
        ConvolutionGeometry geometry,
        int batch,
        float* input,
        float* output,
        bool paddingIsZero,
        WorkerPool workers
    ) => ForEachRow(geometry, batch, input, output, workers, new Options(IsMaximum: true, paddingIsZero));

    /// <summary>The mean of each window.</summary>
    /// <param name="geometry">The sizes; input and output have the same channels.</param>
    /// <param name="batch">The number of images.</param>
    /// <param name="input">The images.</param>
    /// <param name="output">The results.</param>
    /// <param name="countPadding">
    /// Whether padding counts as zeros in the mean; otherwise the mean is over the pixels inside the image.
    /// </param>
    /// <param name="workers">The worker threads.</param>
    public static void Average(
        ConvolutionGeometry geometry,
        int batch,
        float* input,
        float* output,
        bool countPadding,
        WorkerPool workers
    ) => ForEachRow(geometry, batch, input, output, workers, new Options(IsMaximum: false, countPadding));

    private static void ForEachRow(
        ConvolutionGeometry geometry,
        int batch,
        float* input,
        float* output,
        WorkerPool workers,
        Options options
    )
    {
        var height = geometry.OutputHeight;
        workers.Run(batch * height, (task, _) =>
        {
            var (image, y) = Math.DivRem(task, height);
            var from = input + ((nint)image * geometry.InputPixels * geometry.InputChannels);
            var to = output + ((((nint)image * height) + y) * geometry.OutputWidth * geometry.InputChannels);
            if (Vector512.IsHardwareAccelerated)
                Row<Width512, Vector512<float>>(geometry, y, from, to, options);
            else if (Vector256.IsHardwareAccelerated)
                Row<Width256, Vector256<float>>(geometry, y, from, to, options);
            else
                Row<Width128, Vector128<float>>(geometry, y, from, to, options);
        });
    }

    private static void Row<TWidth, TVector>(
        ConvolutionGeometry geometry,
        int y,
        float* image,
        float* output,
        Options options
    )
        where TWidth : struct, IVectorWidth<TVector>
        where TVector : struct
    {
        var firstY = (y * geometry.StrideHeight) - geometry.PaddingTop;
        var (startY, endY) = Inside(firstY, geometry.KernelHeight, geometry.InputHeight);
        var channels = geometry.InputChannels;
        for (var x = 0; x < geometry.OutputWidth; x++, output += channels)
        {
            var firstX = (x * geometry.StrideWidth) - geometry.PaddingLeft;
            var (startX, endX) = Inside(firstX, geometry.KernelWidth, geometry.InputWidth);
            var count = (endY - startY) * (endX - startX);
            var window = new Window(
                image + ((((nint)startY * geometry.InputWidth) + startX) * channels),
                endY - startY,
                endX - startX,
                (nint)geometry.InputWidth * channels,
                channels
            );
            var outsideIsZero = options.PaddingCounts && count < geometry.Taps;
            for (var row = 0; row < window.Height; row++)
                Prefetch.Lines(
                    window.Start + (row * window.RowStride) + (PrefetchPixels * channels),
                    geometry.StrideWidth * channels
                );
            var channel = 0;
            for (; channel + TWidth.Count <= channels; channel += TWidth.Count)
                Reduce<TWidth, TVector>(
                    window,
                    channel,
                    options.IsMaximum,
                    outsideIsZero,
                    options.PaddingCounts ? geometry.Taps : count,
                    output
                );
            for (; channel < channels; channel++)
                Reduce<WidthScalar, float>(
                    window,
                    channel,
                    options.IsMaximum,
                    outsideIsZero,
                    options.PaddingCounts ? geometry.Taps : count,
                    output
                );
        }
    }

    private static void Reduce<TWidth, TVector>(
        Window window,
        int channel,
        bool maximum,
        bool outsideIsZero,
        int divisor,
        float* output
    )
        where TWidth : struct, IVectorWidth<TVector>
        where TVector : struct
    {
        var result = maximum && !outsideIsZero ? TWidth.Broadcast(float.NegativeInfinity) : TWidth.Zero;
        for (var y = 0; y < window.Height; y++)
        {
            var pixel = window.Start + (y * window.RowStride) + channel;
            for (var x = 0; x < window.Width; x++, pixel += window.PixelStride)
                result = maximum ? TWidth.MaxOrNaN(result, TWidth.Load(pixel)) : TWidth.Add(result, TWidth.Load(pixel));
        }

        if (!maximum)
            result = TWidth.Multiply(result, TWidth.Broadcast(1f / divisor));
        TWidth.Store(output + channel, result);
    }

    private static (int Start, int End) Inside(int first, int size, int limit) =>
        (Math.Clamp(first, 0, limit), Math.Clamp(first + size, 0, limit));

    private readonly record struct Options(bool IsMaximum, bool PaddingCounts);

    private readonly struct Window(float* start, int height, int width, nint rowStride, int pixelStride)
    {
        public readonly float* Start = start;
        public readonly int Height = height;
        public readonly int Width = width;
        public readonly nint RowStride = rowStride;
        public readonly int PixelStride = pixelStride;
    }
}
