using Graft.Tensors;
using Graft.Tensors.Kernels.Convolution;

namespace Graft.Layers.Pooling;

/// <summary>
/// The base of maximum and average pooling: windows over NHWC images, <c>[b, h, w, c]</c> to <c>[b, h', w', c]</c>.
/// </summary>
public abstract class Pooling2D : Layer
{
    private protected Pooling2D(Pooling2DOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Stride, 1);
        var padding = options.Padding;
        ArgumentOutOfRangeException.ThrowIfNegative(
            Math.Min(Math.Min(padding.Top, padding.Bottom), Math.Min(padding.Left, padding.Right)),
            nameof(options)
        );
        if (
            Math.Max(padding.Top, padding.Bottom) >= options.Height
            || Math.Max(padding.Left, padding.Right) >= options.Width
        )
            throw new ArgumentOutOfRangeException(
                nameof(options),
                $"{Kind}: with padding {padding} a {options.Height}x{options.Width} window can lie wholly in the "
                    + $"padding; the padding must be smaller than the window."
            );
        Options = options;
    }

    /// <summary>The window.</summary>
    public Pooling2DOptions Options { get; }

    /// <inheritdoc/>
    public override string Configuration => Options.ToString();

    /// <inheritdoc/>
    public override Shape OutputShape(IReadOnlyList<Shape> inputs)
    {
        var input = inputs[0];
        if (input.Rank != 4)
            throw Unsuitable(input, "[batch, height, width, channels]");
        var geometry = Geometry(input);
        if (geometry.OutputHeight < 1 || geometry.OutputWidth < 1)
            throw Unsuitable(
                input,
                $"an image that a {Options.Height}x{Options.Width} window fits into; use a larger image size"
            );
        return new Shape(input[0], geometry.OutputHeight, geometry.OutputWidth, input[3]);
    }

    /// <summary>The sizes for an input.</summary>
    internal ConvolutionGeometry Geometry(Shape input) =>
        new()
        {
            InputHeight = input[1],
            InputWidth = input[2],
            InputChannels = input[3],
            OutputChannels = input[3],
            KernelHeight = Options.Height,
            KernelWidth = Options.Width,
            StrideHeight = Options.Stride,
            StrideWidth = Options.Stride,
            PaddingTop = Options.Padding.Top,
            PaddingLeft = Options.Padding.Left,
            PaddingBottom =
                Options.Padding.Bottom
                + Overhang(input[1] + Options.Padding.Top, Options.Padding.Bottom, Options.Height),
            PaddingRight =
                Options.Padding.Right + Overhang(input[2] + Options.Padding.Left, Options.Padding.Right, Options.Width),
        };

    /// <summary>The number of pixels by which the last window extends past the padding.</summary>
    /// <param name="before">The pixels of the image and of the padding before it.</param>
    /// <param name="after">The pixels of the padding after it.</param>
    /// <param name="window">The pixels of the window.</param>
    private int Overhang(int before, int after, int window)
    {
        var rest = before + after - window;
        if (!Options.RoundUp || rest + Options.Stride <= 0)
            return 0;
        var last = (rest + Options.Stride - 1) / Options.Stride * Options.Stride;
        return last < before ? Math.Max(0, last - rest) : 0;
    }
}
