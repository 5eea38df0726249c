using Graft.Tensors.Kernels.Convolution;
using Graft.Tensors.Kernels.Gemm;

namespace Graft.Tensors.Kernels.Depthwise;

/// <summary>Depthwise convolution on all threads: each channel of NHWC images has a kernel of its own.</summary>
internal static unsafe class DepthwiseConvolution
{
    /// <summary>Results that one task computes: large enough to be worth handing out, small enough to share out evenly.</summary>
    private const int TaskLength = 1 << 15;

    /// <summary>Channels whose gradients one task adds up.</summary>
    private const int GradientChannels = 64;

    /// <summary>Computes <c>output = epilogue(input * kernel)</c>.</summary>
    /// <param name="geometry">The sizes; as many channels go out as come in.</param>
    /// <param name="batch">How many images.</param>
    /// <param name="input">The images.</param>
    /// <param name="weights">The kernel, <c>[kernel height][kernel width][channels]</c>.</param>
    /// <param name="output">The results; must not overlap the operands.</param>
    /// <param name="epilogue">What is done to each result.</param>
    /// <param name="workers">The threads to run on.</param>
    /// <param name="widest">The kernel to use where there are enough channels; the best one when null.</param>
    public static void Run(ConvolutionGeometry geometry, int batch, float* input, float* weights, float* output, Epilogue epilogue, WorkerPool workers, DepthwiseKernel? widest = null)
    {
        var (height, width, channels) = (geometry.OutputHeight, geometry.OutputWidth, geometry.InputChannels);
        var kernel = DepthwiseKernel.For(channels, widest);
        using var zeros = Tensor.Zeros(new Shape(channels));
        var noPixel = zeros.Pointer;
        var rows = batch * height;
        var rowsInTask = Math.Clamp(TaskLength / Math.Max(1, width * channels), 1, Math.Max(1, rows / 16));
        workers.Run((rows + rowsInTask - 1) / rowsInTask, (task, _) =>
        {
            using var scratch = Tensor.Uninitialized(new Shape(PointerFloats((ColumnCount(geometry) * geometry.KernelHeight) + geometry.Taps)));
            var columns = (float**)scratch.Pointer;
            var end = Math.Min(rows, (task + 1) * rowsInTask);
            for (var row = task * rowsInTask; row < end; row++)
            {
                var (image, y) = Math.DivRem(row, height);
                var place = (nint)row * width * channels;
                var rowEpilogue = epilogue;
                if (epilogue.Residual is not null)
                    rowEpilogue.Residual = epilogue.Residual + place;
                RunRow(kernel, geometry, y, input + ((nint)image * geometry.InputPixels * channels), noPixel, columns, weights, output + place, rowEpilogue);
            }
        });
    }

    /// <summary>
    /// Adds to pixels what pointers and kernel give; for the gradient by the input, where the taps have no regular order.
    /// </summary>
    /// <param name="source">For each pixel the pointers.</param>
    /// <param name="pixelCount">How many pixels.</param>
    /// <param name="weights">The kernel, <c>[tap][channel]</c>.</param>
    /// <param name="target">The pixels, added to.</param>
    /// <param name="workers">The threads to run on.</param>
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

    /// <summary>Adds the kernel's gradient, row of pixels by row of pixels in a fixed order.</summary>
    /// <param name="source">For each output pixel pointers to the input's pixels under the taps.</param>
    /// <param name="pixelCount">How many output pixels.</param>
    /// <param name="rowLength">Pixels that are summed up before they are added to the gradient; keeps long sums exact.</param>
    /// <param name="outputGradient">The gradient by the output.</param>
    /// <param name="gradient"><c>[tap][channel]</c>, added to.</param>
    /// <param name="workers">The threads to run on.</param>
    public static void AddWeightGradient(RowSource source, int pixelCount, int rowLength, float* outputGradient, float* gradient, WorkerPool workers)
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
                    kernel.AddWeightGradient(pointers, taps, outputGradient + ((nint)pixel * channels), channels, first, end, partial);
                }

                for (var tap = 0; tap < taps; tap++)
                {
                    for (var channel = first; channel < end; channel++)
                        gradient[((nint)tap * channels) + channel] += partial[((nint)tap * channels) + channel];
                }
            }
        });
    }

    /// <summary>Columns of the padded input that a row of the output sees.</summary>
    private static int ColumnCount(ConvolutionGeometry geometry) =>
        ((geometry.OutputWidth - 1) * geometry.StrideWidth) + ((geometry.KernelWidth - 1) * geometry.DilationWidth) + 1;

    private static int PointerFloats(int pointers) => pointers * (sizeof(float*) / sizeof(float));

    private static void RunRow(DepthwiseKernel kernel, ConvolutionGeometry geometry, int y, float* image, float* zeros, float** columns, float* weights, float* output, in Epilogue epilogue)
    {
        var (width, channels, stride) = (geometry.OutputWidth, geometry.InputChannels, geometry.StrideWidth);
        var columnCount = ColumnCount(geometry);
        Locate(geometry, y, image, zeros, columns, columnCount);

        var isUnrolled = geometry is { KernelHeight: 3, KernelWidth: 3 } or { KernelHeight: 5, KernelWidth: 5 }
            && stride <= 2 && geometry.DilationWidth == 1 && width >= DepthwiseKernel.TilePixels;
        var taps = columns + (columnCount * geometry.KernelHeight);
        var step = isUnrolled ? DepthwiseKernel.TilePixels : 1;
        for (var next = 0; next < width; next += step)
        {
            // The last tile begins earlier where the row is no multiple of it, and computes some pixels again.
            var x = Math.Min(next, width - step);
            var place = (nint)x * channels;
            var pixelEpilogue = epilogue;
            if (epilogue.Residual is not null)
                pixelEpilogue.Residual = epilogue.Residual + place;
            if (isUnrolled)
            {
                kernel.Tile(geometry.KernelWidth, stride, columns + (x * stride), columnCount, weights, channels, output + place, pixelEpilogue);
                continue;
            }

            for (var tap = 0; tap < geometry.Taps; tap++)
            {
                var (kernelY, kernelX) = Math.DivRem(tap, geometry.KernelWidth);
                taps[tap] = columns[(kernelY * columnCount) + (x * stride) + (kernelX * geometry.DilationWidth)];
            }

            kernel.Pixel(taps, geometry.Taps, weights, channels, output + place, pixelEpilogue);
        }
    }

    /// <summary>Writes for each row of the kernel pointers to all pixels that an output row sees; those outside are zeros.</summary>
    private static void Locate(ConvolutionGeometry geometry, int y, float* image, float* zeros, float** columns, int columnCount)
    {
        for (var kernelY = 0; kernelY < geometry.KernelHeight; kernelY++)
        {
            var inputY = (y * geometry.StrideHeight) + (kernelY * geometry.DilationHeight) - geometry.PaddingTop;
            var inside = (uint)inputY < (uint)geometry.InputHeight;
            var row = image + ((nint)inputY * geometry.InputWidth * geometry.InputChannels);
            for (var column = 0; column < columnCount; column++)
            {
                var inputX = column - geometry.PaddingLeft;
                *columns++ = inside && (uint)inputX < (uint)geometry.InputWidth ? row + ((nint)inputX * geometry.InputChannels) : zeros;
            }
        }
    }
}
