using Graft.Tensors.Kernels.Convolution;
using Graft.Tensors.Kernels.Gemm;

namespace Graft.Tensors.Kernels.Depthwise;

/// <summary>Depthwise convolution on all threads: each channel of NHWC images has its own kernel.</summary>
internal static unsafe class DepthwiseConvolution
{
    /// <summary>
    /// The number of results that a task computes: large enough to outweigh the cost of scheduling, small enough to
    /// balance the load.
    /// </summary>
    private const int TaskLength = 1 << 15;

    /// <summary>The number of channels whose gradients a task sums.</summary>
    private const int GradientChannels = 64;

    /// <summary>Computes <c>output = epilogue(input * kernel)</c>.</summary>
    /// <param name="geometry">The sizes; input and output have the same number of channels.</param>
    /// <param name="batch">The number of images.</param>
    /// <param name="input">The images.</param>
    /// <param name="weights">The kernel, <c>[kernel height][kernel width][channels]</c>.</param>
    /// <param name="output">The results; must not overlap the operands.</param>
    /// <param name="epilogue">The operations applied to each result.</param>
    /// <param name="workers">The worker threads.</param>
    /// <param name="widest">The kernel to use where there are enough channels; the best one when null.</param>
    public static void Run(
        ConvolutionGeometry geometry,
        int batch,
        float* input,
        float* weights,
        float* output,
        Epilogue epilogue,
        WorkerPool workers,
        DepthwiseKernel? widest = null
    )
    {
        var (height, width, channels) = (geometry.OutputHeight, geometry.OutputWidth, geometry.InputChannels);
        var kernel = DepthwiseKernel.For(channels, widest);
        using var zeros = Tensor.Zeros(new Shape(channels));
        var noPixel = zeros.Pointer;
        var rows = batch * height;
        var rowsInTask = Math.Clamp(TaskLength / Math.Max(1, width * channels), 1, Math.Max(1, rows / 16));
        workers.Run((rows + rowsInTask - 1) / rowsInTask, (task, _) =>
        {
            var columnCount = DepthwiseRow.ColumnCount(geometry);
            using var scratch = Tensor.Uninitialized(
                new Shape(PointerFloats(((1 + columnCount) * geometry.KernelHeight) + geometry.Taps))
            );
            var taps = (float**)scratch.Pointer;
            var table = taps + geometry.Taps;
            var columns = (float***)(table + (columnCount * geometry.KernelHeight));
            for (var kernelY = 0; kernelY < geometry.KernelHeight; kernelY++)
                columns[kernelY] = table + (kernelY * columnCount);
            var end = Math.Min(rows, (task + 1) * rowsInTask);
            for (var row = task * rowsInTask; row < end; row++)
            {
                var (image, y) = Math.DivRem(row, height);
                var pixels = input + ((nint)image * geometry.InputPixels * channels);
                for (var kernelY = 0; kernelY < geometry.KernelHeight; kernelY++)
                {
                    var inputY = DepthwiseRow.InputRow(geometry, y, kernelY);
                    DepthwiseRow.Locate(
                        geometry,
                        inputY < 0 ? null : pixels + ((nint)inputY * geometry.InputWidth * channels),
                        noPixel,
                        columns[kernelY]
                    );
                }

                var place = (nint)row * width * channels;
                var rowEpilogue = epilogue;
                if (epilogue.Residual is not null)
                    rowEpilogue.Residual = epilogue.Residual + place;
                DepthwiseRow.Run(kernel, geometry, columns, taps, weights, output + place, rowEpilogue);
            }
        });
    }

    /// <summary>
    /// Adds the weighted sums of the located pixels to the target. This computes the gradient with respect to the
    /// input, whose taps have no regular order.
    /// </summary>
    /// <param name="source">The pointers for each pixel.</param>
    /// <param name="pixelCount">The number of pixels.</param>
    /// <param name="weights">The kernel, <c>[tap][channel]</c>.</param>
    /// <param name="target">The pixels, added to.</param>
    /// <param name="workers">The worker threads.</param>
    public static void AddPixels(RowSource source, int pixelCount, float* weights, float* target, WorkerPool workers)
    {
        var (taps, channels) = (source.Taps, source.TapLength);
        var kernel = DepthwiseKernel.For(channels);
        var pixelsInTask = Math.Max(1, TaskLength / channels);
        workers.Run((pixelCount + pixelsInTask - 1) / pixelsInTask, (task, _) =>
        {
            using var scratch = Tensor.Uninitialized(new Shape(channels + PointerFloats(taps)));
            var pointers = (float**)scratch.Pointer;
            var sums = scratch.Span[PointerFloats(taps)..];
            var end = Math.Min(pixelCount, (task + 1) * pixelsInTask);
            for (var pixel = task * pixelsInTask; pixel < end; pixel++)
            {
                source.Locate(pixel, 1, pointers, 1);
                kernel.Pixel(pointers, taps, weights, channels, scratch.Pointer + PointerFloats(taps), Epilogue.None);
                var row = target + ((nint)pixel * channels);
                for (var channel = 0; channel < channels; channel++)
                    row[channel] += sums[channel];
            }
        });
    }

    /// <summary>Adds to the kernel's gradient, one row of pixels after another in a fixed order.</summary>
    /// <param name="source">For each output pixel, pointers to the input's pixels under the taps.</param>
    /// <param name="pixelCount">The number of output pixels.</param>
    /// <param name="rowLength">
    /// The number of pixels to sum before adding to the gradient; short sums stay accurate.
    /// </param>
    /// <param name="outputGradient">The gradient with respect to the output.</param>
    /// <param name="gradient"><c>[tap][channel]</c>, added to.</param>
    /// <param name="workers">The worker threads.</param>
    public static void AddWeightGradient(
        RowSource source,
        int pixelCount,
        int rowLength,
        float* outputGradient,
        float* gradient,
        WorkerPool workers
    )
    {
        var (taps, channels) = (source.Taps, source.TapLength);
        var kernel = DepthwiseKernel.For(channels);
        using var sums = Tensor.Uninitialized(new Shape(taps, channels));
        var partial = sums.Pointer;
        workers.Run((channels + GradientChannels - 1) / GradientChannels, (task, _) =>
        {
            var first = task * GradientChannels;
            var end = Math.Min(channels, first + GradientChannels);
            using var scratch = Tensor.Uninitialized(new Shape(PointerFloats(taps)));
            var pointers = (float**)scratch.Pointer;
            for (var row = 0; row < pixelCount; row += rowLength)
            {
                for (var tap = 0; tap < taps; tap++)
                    new Span<float>(partial + ((nint)tap * channels) + first, end - first).Clear();
                for (var pixel = row; pixel < Math.Min(pixelCount, row + rowLength); pixel++)
                {
                    source.Locate(pixel, 1, pointers, 1);
                    kernel.AddWeightGradient(
                        pointers,
                        taps,
                        outputGradient + ((nint)pixel * channels),
                        channels,
                        first,
                        end,
                        partial
                    );
                }

                for (var tap = 0; tap < taps; tap++)
                {
                    for (var channel = first; channel < end; channel++)
                        gradient[((nint)tap * channels) + channel] += partial[((nint)tap * channels) + channel];
                }
            }
        });
    }

    private static int PointerFloats(int pointers) => pointers * (sizeof(float*) / sizeof(float));
}
