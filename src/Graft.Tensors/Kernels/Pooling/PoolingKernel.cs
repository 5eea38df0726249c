using System.Runtime.CompilerServices;
using Graft.Tensors.Kernels.Convolution;

namespace Graft.Tensors.Kernels.Pooling;

/// <summary>Maximum and average over windows of NHWC images, vectorised along the channels.</summary>
internal static unsafe class PoolingKernel
{
    /// <summary>The prefetch distance, in pixels.</summary>
    private const int PrefetchPixels = 6;

    /// <summary>Computes the largest value in each window.</summary>
    /// <param name="geometry">The sizes; input and output have the same number of channels.</param>
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

    /// <summary>Computes the mean of each window.</summary>
    /// <param name="geometry">The sizes; input and output have the same number of channels.</param>
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
            Row(geometry, y, from, to, options);
        });
    }

    private static void Row(ConvolutionGeometry geometry, int y, float* image, float* output, Options options)
    {
        var firstY = (y * geometry.StrideHeight) - geometry.PaddingTop;
        var (startY, endY) = Inside(firstY, geometry.KernelHeight, geometry.InputHeight);
        var channels = geometry.InputChannels;
        for (var x = 0; x < geometry.OutputWidth; x++, output += channels)
        {
            var firstX = (x * geometry.StrideWidth) - geometry.PaddingLeft;
            var (startX, endX) = Inside(firstX, geometry.KernelWidth, geometry.InputWidth);
            var count = (endY - startY) * (endX - startX);
            var start = image + ((((nint)startY * geometry.InputWidth) + startX) * channels);
            var stride = (nint)geometry.InputWidth * channels;
            for (var row = 0; row < endY - startY; row++)
                Prefetch.Lines(start + (row * stride) + (PrefetchPixels * channels), geometry.StrideWidth * channels);
            var window = new Window(start, endY - startY, endX - startX, stride, channels);
            if (options.IsMaximum)
            {
                // A window over padding that counts contains zeros.
                var least = options.PaddingCounts && count < geometry.Taps ? 0 : float.NegativeInfinity;
                VectorWidth.ForEach(channels, new MaximumKernel(window, least, output));
            }
            else
            {
                var divisor = options.PaddingCounts ? geometry.Taps : count;
                VectorWidth.ForEach(channels, new MeanKernel(window, divisor, output));
            }
        }
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

    private readonly struct MaximumKernel(Window window, float least, float* output) : IVectorKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<TWidth, TVector>(int index)
            where TWidth : struct, IVectorWidth<TVector>
            where TVector : struct
        {
            var result = TWidth.Broadcast(least);
            for (var y = 0; y < window.Height; y++)
            {
                var pixel = window.Start + (y * window.RowStride) + index;
                for (var x = 0; x < window.Width; x++, pixel += window.PixelStride)
                    result = TWidth.MaxOrNaN(result, TWidth.Load(pixel));
            }

            TWidth.Store(output + index, result);
        }
    }

    private readonly struct MeanKernel(Window window, int divisor, float* output) : IVectorKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<TWidth, TVector>(int index)
            where TWidth : struct, IVectorWidth<TVector>
            where TVector : struct
        {
            var sum = TWidth.Zero;
            for (var y = 0; y < window.Height; y++)
            {
                var pixel = window.Start + (y * window.RowStride) + index;
                for (var x = 0; x < window.Width; x++, pixel += window.PixelStride)
                    sum = TWidth.Add(sum, TWidth.Load(pixel));
            }

            TWidth.Store(output + index, TWidth.Multiply(sum, TWidth.Broadcast(1f / divisor)));
        }
    }
}
