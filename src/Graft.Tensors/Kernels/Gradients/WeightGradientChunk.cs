using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Graft.Tensors.Kernels.Convolution;

namespace Graft.Tensors.Kernels.Gradients;

/// <summary>Pixels and gradients of some images, packed for <see cref="OuterProductKernel"/>. Owns no memory.</summary>
/// <param name="geometry">The sizes of the operation.</param>
/// <param name="layout">The layout of the pixels.</param>
/// <param name="kernel">The kernel.</param>
/// <param name="images">The number of images.</param>
/// <param name="left">Pixels: <c>[group][image][height][width][kernel rows]</c>.</param>
/// <param name="right">Gradients: <c>[panel][image][output pixel][kernel columns]</c>.</param>
internal sealed unsafe class WeightGradientChunk(
    ConvolutionGeometry geometry,
    WeightGradientLayout layout,
    OuterProductKernel kernel,
    int images,
    float* left,
    float* right
)
{
    private const int Rows = OuterProductKernel.Rows;

    /// <summary>
    /// The number of pixels that are packed together, each read from end to end: as many streams as the hardware
    /// prefetcher tracks.
    /// </summary>
    private const int PixelsTogether = 4;

    private readonly int _outputHeight = geometry.OutputHeight;

    public WeightGradientLayout Layout => layout;

    public OuterProductKernel Kernel => kernel;

    public int OutputChannels => geometry.OutputChannels;

    public int OutputWidth { get; } = geometry.OutputWidth;

    /// <summary>The number of output pixels of all images.</summary>
    public int OutputPixels { get; } = images * geometry.OutputPixels;

    /// <summary>The number of groups of input channels.</summary>
    public int Groups { get; } = (layout.Channels + Rows - 1) / Rows;

    /// <summary>The number of panels of output channels.</summary>
    public int Panels { get; } = (geometry.OutputChannels + kernel.Columns - 1) / kernel.Columns;

    /// <summary>The number of packed pixels of all images.</summary>
    public int LeftPixels { get; } = images * layout.Height * layout.Width;

    private nint GroupLength => (nint)LeftPixels * Rows;

    /// <summary>The first pixel under a tap, in a group of channels.</summary>
    public float* Left(int group, int tap) =>
        left + (group * GroupLength) + ((nint)layout.TapOffset(geometry, tap) * Rows);

    /// <summary>A panel's gradients, starting at an output pixel.</summary>
    public float* Panel(int panel, int pixel) => right + ((((nint)panel * OutputPixels) + pixel) * kernel.Columns);

    /// <summary>The offset of a row of output pixels in a group, in floats; rows are counted across images.</summary>
    public nint RowStart(int row)
    {
        var (image, y) = Math.DivRem(row, _outputHeight);
        return (((nint)image * layout.Height) + (y * layout.RowStep)) * layout.Width * Rows;
    }

    /// <summary>Packs the input.</summary>
    public void PackInput(float* input, int stride, WorkerPool workers)
    {
        workers.Run(images * layout.Height, (task, _) =>
        {
            var (image, y) = Math.DivRem(task, layout.Height);
            var sourceY = (y * layout.SourceRowStep) - geometry.PaddingTop;
            var target = left + ((nint)task * layout.Width * Rows);
            if ((uint)sourceY >= (uint)geometry.InputHeight)
            {
                for (var group = 0; group < Groups; group++)
                    new Span<float>(target + (group * GroupLength), layout.Width * Rows).Clear();
                return;
            }

            // The pixels of the row that are inside the image.
            var start = Math.Min(
                layout.Width,
                (geometry.PaddingLeft + layout.SourcePixelStep - 1) / layout.SourcePixelStep
            );
            var end = Math.Clamp(
                ((geometry.InputWidth - 1 + geometry.PaddingLeft) / layout.SourcePixelStep) + 1,
                start,
                layout.Width
            );
            var row =
                input
                + (((((nint)image * geometry.InputHeight) + sourceY) * geometry.InputWidth) - geometry.PaddingLeft)
                    * stride;
            PackRow(row, (nint)layout.SourcePixelStep * stride, start, end, target);
        });
    }

    /// <summary>Packs the output's gradient.</summary>
    public void PackGradient(float* gradient, int stride, WorkerPool workers)
    {
        const int TaskPixels = 64;
        workers.Run((OutputPixels + TaskPixels - 1) / TaskPixels, (task, _) =>
        {
            var end = Math.Min(OutputPixels, (task + 1) * TaskPixels);
            for (var pixel = task * TaskPixels; pixel < end; pixel += PixelsTogether)
                PackPixels(
                    gradient + ((nint)pixel * stride),
                    stride,
                    Math.Min(PixelsTogether, end - pixel),
                    right + ((nint)pixel * kernel.Columns)
                );
        });
    }

    /// <summary>Copies the gradient of a few output pixels into all panels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void PackPixels(float* source, nint step, int count, float* target)
    {
        var columns = kernel.Columns;
        var panelLength = (nint)OutputPixels * columns;
        for (
            var channels = geometry.OutputChannels;
            channels > 0;
            channels -= columns, source += columns, target += panelLength
        )
        {
            var exist = Math.Min(columns, channels);
            var from = source;
            var to = target;
            for (var pixel = 0; pixel < count; pixel++, from += step, to += columns)
            {
                nint i = 0;
                for (; i + Vector256<float>.Count <= exist; i += Vector256<float>.Count)
                    Vector256.Load(from + i).Store(to + i);
                for (; i + Vector128<float>.Count <= exist; i += Vector128<float>.Count)
                    Vector128.Load(from + i).Store(to + i);
                for (; i < columns; i++)
                    to[i] = i < exist ? from[i] : 0;
            }
        }
    }

    /// <summary>
    /// Copies the pixels of a row from <paramref name="start"/> to <paramref name="end"/> into all groups; the rest of
    /// the row is zeros.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void PackRow(float* source, nint step, int start, int end, float* target)
    {
        for (var group = 0; group < Groups; group++)
        {
            new Span<float>(target + (group * GroupLength), start * Rows).Clear();
            new Span<float>(target + (group * GroupLength) + (end * Rows), (layout.Width - end) * Rows).Clear();
        }

        for (var first = start; first < end; first += PixelsTogether)
        {
            var count = Math.Min(PixelsTogether, end - first);
            var from = source + (first * step);
            var to = target + (first * Rows);
            for (var group = 0; group < Groups; group++, from += Rows, to += GroupLength)
                PackGroup(from, step, count, Math.Min(Rows, layout.Channels - (group * Rows)), to);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void PackGroup(float* from, nint step, int count, int channels, float* to)
    {
        for (var pixel = 0; pixel < count; pixel++, from += step, to += Rows)
        {
            if (channels == Rows)
            {
                // Six floats: four, then two.
                Vector128.Load(from).Store(to);
                *(ulong*)(to + 4) = *(ulong*)(from + 4);
                continue;
            }

            for (var channel = 0; channel < Rows; channel++)
                to[channel] = channel < channels ? from[channel] : 0;
        }
    }
}
