using Graft.Tensors;

namespace Graft.Layers.Merging;

/// <summary>
/// Concatenates tensors along their last dimension: images <c>[b, h, w, c1]</c>, <c>[b, h, w, c2]</c>, ... become
/// <c>[b, h, w, c1 + c2 + ...]</c>, rows <c>[b, n1]</c>, <c>[b, n2]</c>, ... become <c>[b, n1 + n2 + ...]</c>.
/// </summary>
public sealed class Concatenate : Layer
{
    /// <summary>Makes a layer for a number of inputs.</summary>
    /// <param name="inputCount">The number of inputs, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is below 1.</exception>
    public Concatenate(int inputCount)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inputCount, 1);
        InputCount = inputCount;
    }

    /// <inheritdoc/>
    public override int InputCount { get; }

    /// <inheritdoc/>
    public override string Configuration => $"{InputCount} inputs";

    /// <inheritdoc/>
    public override BackwardReads BackwardReads => BackwardReads.Nothing;

    /// <inheritdoc/>
    public override Shape OutputShape(IReadOnlyList<Shape> inputs)
    {
        var first = inputs[0];
        if (first.Rank < 2)
            throw Unsuitable(first, "[batch, ..., channels]");
        var channels = 0L;
        foreach (var input in inputs)
        {
            if (input.Rank != first.Rank || !input.Dimensions[..^1].SequenceEqual(first.Dimensions[..^1]))
                throw Unsuitable(
                    input,
                    $"inputs whose shapes differ from the first one's, {first}, only in the channels"
                );
            channels += input[^1];
        }

        if (channels > int.MaxValue)
            throw Unsuitable(first, $"at most {int.MaxValue:N0} channels together");
        return new Shape([.. first.Dimensions[..^1], (int)channels]);
    }

    /// <inheritdoc/>
    public override void Forward(LayerPass pass) =>
        ForEachPixel(pass, (input, _, inner, outer, length) =>
            input.Span.Slice(inner, length).CopyTo(pass.Output.Span.Slice(outer, length))
        );

    /// <summary>Each input's gradient is its own channels of the output's gradient.</summary>
    /// <inheritdoc/>
    public override void Backward(LayerPass pass)
    {
        var gradient = pass.RequireOutputGradient();
        ForEachPixel(pass, (_, index, inner, outer, length) =>
        {
            if (pass.InputGradients[index] is not { } inputGradient)
                return;
            var from = gradient.Span.Slice(outer, length);
            var to = inputGradient.Span.Slice(inner, length);
            for (var i = 0; i < length; i++)
                to[i] += from[i];
        });
    }

    /// <summary>
    /// Calls a function for each pixel of each input, with the input, the input's index, the pixel's offsets in the
    /// input and in the output, and the input's number of channels.
    /// </summary>
    private static void ForEachPixel(LayerPass pass, Action<Tensor, int, int, int, int> part)
    {
        const int PixelsInTask = 256;
        var channels = pass.Output.Shape[^1];
        var pixels = channels == 0 ? 0 : pass.Output.Length / channels;
        pass.Workers.Run((pixels + PixelsInTask - 1) / PixelsInTask, (task, _) =>
        {
            var start = 0;
            for (var index = 0; index < pass.Inputs.Count; index++)
            {
                var input = pass.Inputs[index];
                var length = input.Shape[^1];
                for (var pixel = task * PixelsInTask; pixel < Math.Min(pixels, (task + 1) * PixelsInTask); pixel++)
                    part(input, index, pixel * length, (pixel * channels) + start, length);
                start += length;
            }
        });
    }
}
