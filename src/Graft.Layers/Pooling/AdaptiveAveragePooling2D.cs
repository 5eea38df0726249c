using Graft.Tensors;
using Graft.Tensors.Kernels.Convolution;
using Graft.Tensors.Kernels.Pooling;

namespace Graft.Layers.Pooling;

/// <summary>
/// The mean of each of a fixed number of windows, for any image size: <c>[b, h, w, c]</c> to <c>[b, height, width,
/// c]</c>. The windows divide the image as evenly as whole pixels allow: output row i covers the rows from <c>floor(i *
/// h / height)</c> to <c>ceil((i + 1) * h / height)</c>, exclusive, and columns likewise. Neighbouring windows overlap
/// if the image's size is not a multiple of the output's.
/// </summary>
/// <remarks>
/// He et al., "Spatial Pyramid Pooling in Deep Convolutional Networks" (2014), section 2.2, as in PyTorch.
/// </remarks>
public sealed class AdaptiveAveragePooling2D : Layer
{
    /// <summary>Makes the layer.</summary>
    /// <param name="height">The number of rows of the output.</param>
    /// <param name="width">The number of columns of the output.</param>
    public AdaptiveAveragePooling2D(int height, int width)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        Height = height;
        Width = width;
    }

    /// <summary>The number of rows of the output.</summary>
    public int Height { get; }

    /// <summary>The number of columns of the output.</summary>
    public int Width { get; }

    /// <inheritdoc/>
    public override string Configuration => $"{Height}x{Width}";

    /// <inheritdoc/>
    public override Shape OutputShape(IReadOnlyList<Shape> inputs)
    {
        var input = inputs[0];
        return input.Rank == 4 && input[1] > 0 && input[2] > 0
            ? new Shape(input[0], Height, Width, input[3])
            : throw Unsuitable(input, "[batch, height, width, channels]");
    }

    /// <inheritdoc/>
    public override Lowering Lower(IReadOnlyList<Shape> inputs) =>
        OutputShape(inputs) == inputs[0] ? Lowering.Identity : Lowering.None;

    /// <inheritdoc/>
    public override unsafe void Forward(LayerPass pass)
    {
        var input = pass.Input.Shape;
        if (input[1] % Height == 0 && input[2] % Width == 0)
        {
            PoolingKernel.Average(
                EvenWindows(input),
                input[0],
                pass.Input.Pointer,
                pass.Output.Pointer,
                countPadding: false,
                pass.Workers
            );
            return;
        }

        pass.Output.Span.Clear();
        ForEachPixel(pass, (inner, outer, pixels) =>
        {
            var from = pass.Input.Span.Slice(inner, input[3]);
            var to = pass.Output.Span.Slice(outer, input[3]);
            for (var channel = 0; channel < from.Length; channel++)
                to[channel] += from[channel] / pixels;
        });
    }

    /// <summary>Each output's gradient is distributed evenly over its window.</summary>
    /// <inheritdoc/>
    public override void Backward(LayerPass pass)
    {
        if (pass.InputGradients[0] is not { } inputGradient)
            return;
        var gradient = pass.RequireOutputGradient();
        var channels = pass.Input.Shape[3];
        ForEachPixel(pass, (inner, outer, pixels) =>
        {
            var from = gradient.Span.Slice(outer, channels);
            var to = inputGradient.Span.Slice(inner, channels);
            for (var channel = 0; channel < from.Length; channel++)
                to[channel] += from[channel] / pixels;
        });
    }

    /// <summary>
    /// Calls a function for each pixel of each window, with the pixel's index, the window's output index, and the
    /// window's number of pixels.
    /// </summary>
    private void ForEachPixel(LayerPass pass, Action<int, int, int> pixel)
    {
        var input = pass.Input.Shape;
        pass.Workers.Run(input[0], (image, _) =>
        {
            for (var i = 0; i < Height; i++)
            {
                var rows = Window(i, input[1], Height);
                for (var j = 0; j < Width; j++)
                {
                    var columns = Window(j, input[2], Width);
                    var outer = ((((image * Height) + i) * Width) + j) * input[3];
                    var pixels = (rows.End - rows.Start) * (columns.End - columns.Start);
                    for (var y = rows.Start; y < rows.End; y++)
                    {
                        for (var x = columns.Start; x < columns.End; x++)
                            pixel(((((image * input[1]) + y) * input[2]) + x) * input[3], outer, pixels);
                    }
                }
            }
        });
    }

    private static (int Start, int End) Window(int index, int size, int count) =>
        ((int)((long)index * size / count), (int)((((long)index + 1) * size + count - 1) / count));

    private ConvolutionGeometry EvenWindows(Shape input) =>
        new()
        {
            InputHeight = input[1],
            InputWidth = input[2],
            InputChannels = input[3],
            OutputChannels = input[3],
            KernelHeight = input[1] / Height,
            KernelWidth = input[2] / Width,
            StrideHeight = input[1] / Height,
            StrideWidth = input[2] / Width,
        };
}
