using Graft.Tensors;
using Graft.Tensors.Kernels.Elementwise;

namespace Graft.Layers.Merging;

/// <summary>
/// The product of two tensors, element by element: <c>y = x * f</c>. The second tensor has the first one's shape, or it
/// has one factor for each channel of an image: <c>[b, 1, 1, c]</c> for <c>[b, h, w, c]</c>, as in the excitation of
/// Hu, Shen and Sun, "Squeeze-and-Excitation Networks" (2017).
/// </summary>
public sealed class Multiply : Layer
{
    /// <inheritdoc/>
    public override int InputCount => 2;

    /// <inheritdoc/>
    public override Shape OutputShape(IReadOnlyList<Shape> inputs)
    {
        var (input, factors) = (inputs[0], inputs[1]);
        var scalesChannels =
            input.Rank == 4
            && factors.Rank == 4
            && factors[0] == input[0]
            && factors[1] == 1
            && factors[2] == 1
            && factors[3] == input[3];
        return input == factors || scalesChannels
            ? input
            : throw Unsuitable(
                factors,
                $"a second input of the first one's shape {input}, or [batch, 1, 1, channels] for an image with the "
                    + $"same number of channels"
            );
    }

    /// <inheritdoc/>
    public override unsafe void Forward(LayerPass pass)
    {
        var (input, factors) = (pass.Inputs[0], pass.Inputs[1]);
        if (input.Shape == factors.Shape)
        {
            ElementwiseKernel.Multiply(input.Pointer, factors.Pointer, pass.Output.Pointer, input.Length, pass.Workers);
            return;
        }

        var (pixels, channels) = Sizes(input.Shape);
        using var zeros = Tensor.Zeros(new Shape(channels));
        for (var image = 0; image < input.Shape[0]; image++)
        {
            var place = (nint)image * pixels * channels;
            ElementwiseKernel.ScaleAndShift(
                input.Pointer + place,
                factors.Pointer + ((nint)image * channels),
                zeros.Pointer,
                pass.Output.Pointer + place,
                pixels,
                channels,
                pass.Workers
            );
        }
    }

    /// <summary><c>dx = dy * f</c>, and <c>df = dy * x</c>, summed over the pixels that share a factor.</summary>
    /// <inheritdoc/>
    public override void Backward(LayerPass pass)
    {
        var gradient = pass.RequireOutputGradient();
        var (input, factors) = (pass.Inputs[0], pass.Inputs[1]);
        var (pixels, channels) = input.Shape == factors.Shape ? (1, input.Length / input.Shape[0]) : Sizes(input.Shape);
        pass.Workers.Run(input.Shape[0], (image, _) =>
        {
            var scales = factors.Rows(image);
            if (pass.InputGradients[0] is { } inputGradient)
                AddProducts(gradient.Rows(image), scales, inputGradient.Rows(image));
            if (pass.InputGradients[1] is { } factorGradient)
                AddSums(gradient.Rows(image), input.Rows(image), factorGradient.Rows(image), pixels, channels);
        });
    }

    private static void AddProducts(ReadOnlySpan<float> gradient, ReadOnlySpan<float> factors, Span<float> target)
    {
        for (var start = 0; start < gradient.Length; start += factors.Length)
        {
            for (var channel = 0; channel < factors.Length; channel++)
                target[start + channel] += gradient[start + channel] * factors[channel];
        }
    }

    private static void AddSums(
        ReadOnlySpan<float> gradient,
        ReadOnlySpan<float> input,
        Span<float> target,
        int pixels,
        int channels
    )
    {
        for (var channel = 0; channel < channels; channel++)
        {
            var sum = 0.0;
            for (var pixel = 0; pixel < pixels; pixel++)
                sum += (double)gradient[(pixel * channels) + channel] * input[(pixel * channels) + channel];
            target[channel] += (float)sum;
        }
    }

    private static (int Pixels, int Channels) Sizes(Shape image) => (image[1] * image[2], image[3]);
}
