using Graft.Tensors;
using Graft.Tensors.Kernels.Elementwise;

namespace Graft.Layers.Normalization;

/// <summary>
/// Subtracts the mean image of the training data, as Caffe and CNTK do in preprocessing:
/// <c>y[b, h, w, c] = x[b, h, w, c] - mean[h, w, c]</c>.
/// </summary>
/// <remarks>
/// Input and output <c>[b, h, w, c]</c>. The mean is a buffer, never trained. It has one value for each place, so the
/// layer takes images of one size; <see cref="SetMean"/> resizes a mean image of another.
/// </remarks>
public sealed class MeanImageSubtraction : Layer
{
    /// <summary>Makes the layer with a mean image of zeros.</summary>
    /// <param name="height">The height of the images in pixels.</param>
    /// <param name="width">The width of the images in pixels.</param>
    /// <param name="channels">The number of channels.</param>
    public MeanImageSubtraction(int height, int width, int channels)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(channels);
        Mean = AddParameter("mean", ParameterRole.Buffer, height, width, channels);
    }

    /// <summary>The mean image, <c>[h, w, c]</c>.</summary>
    public Parameter Mean { get; }

    /// <inheritdoc/>
    public override BackwardReads BackwardReads => BackwardReads.Nothing;

    /// <inheritdoc/>
    public override bool CanWriteInPlace => true;

    /// <inheritdoc/>
    public override Shape OutputShape(IReadOnlyList<Shape> inputs)
    {
        var (input, mean) = (inputs[0], Mean.Shape);
        return input.Rank == 4 && input.Dimensions[1..].SequenceEqual(mean.Dimensions)
            ? input
            : throw Unsuitable(input, $"[batch, {mean[0]}, {mean[1]}, {mean[2]}], the size of the mean image");
    }

    /// <summary>
    /// Sets the mean image. One of another size is resized: each value is interpolated linearly between the four
    /// nearest pixels, with pixel centres at half coordinates and the border repeated.
    /// </summary>
    /// <param name="image"><c>[height, width, c]</c>; not kept.</param>
    /// <exception cref="ArgumentException">The image does not have the layer's channels.</exception>
    public void SetMean(Tensor image)
    {
        ArgumentNullException.ThrowIfNull(image);
        var (from, to) = (image.Shape, Mean.Shape);
        if (from.Rank != 3 || from[2] != to[2])
            throw new ArgumentException(
                $"{Kind}: expected a mean image [height, width, {to[2]}], but it is {from}.",
                nameof(image)
            );
        if (from == to)
            image.Span.CopyTo(Mean.Value.Span);
        else
            Resize(image.Span, from, Mean.Value.Span, to);
    }

    /// <inheritdoc/>
    public override unsafe void Forward(LayerPass pass)
    {
        var length = (int)Mean.Shape.ElementCount;
        for (var image = 0; image < pass.Input.Shape[0]; image++)
            ElementwiseKernel.Subtract(
                pass.Input.Pointer + ((nint)image * length),
                Mean.Value.Pointer,
                pass.Output.Pointer + ((nint)image * length),
                length,
                pass.Workers
            );
    }

    /// <summary><c>dx = dy</c>.</summary>
    /// <inheritdoc/>
    public override void Backward(LayerPass pass)
    {
        if (pass.InputGradients[0] is { } inputGradient)
            Gradients.Add(pass.RequireOutputGradient(), inputGradient, pass.Workers);
    }

    private static void Resize(ReadOnlySpan<float> source, Shape from, Span<float> target, Shape to)
    {
        var channels = to[2];
        for (var y = 0; y < to[0]; y++)
        {
            var (top, bottom, down) = Neighbours(y, to[0], from[0]);
            for (var x = 0; x < to[1]; x++)
            {
                var (left, right, across) = Neighbours(x, to[1], from[1]);
                var topLeft = ((top * from[1]) + left) * channels;
                var topRight = ((top * from[1]) + right) * channels;
                var bottomLeft = ((bottom * from[1]) + left) * channels;
                var bottomRight = ((bottom * from[1]) + right) * channels;
                var place = ((y * to[1]) + x) * channels;
                for (var c = 0; c < channels; c++)
                    target[place + c] = (float)
                        double.Lerp(
                            double.Lerp(source[topLeft + c], source[topRight + c], across),
                            double.Lerp(source[bottomLeft + c], source[bottomRight + c], across),
                            down
                        );
            }
        }
    }

    /// <summary>
    /// The two pixels of an axis that a pixel of the resized axis is between, and the share of the second.
    /// </summary>
    private static (int First, int Second, double Share) Neighbours(int pixel, int length, int original)
    {
        var place = Math.Clamp(((pixel + 0.5) * original / length) - 0.5, 0, original - 1);
        var first = (int)place;
        return (first, Math.Min(first + 1, original - 1), place - first);
    }
}
