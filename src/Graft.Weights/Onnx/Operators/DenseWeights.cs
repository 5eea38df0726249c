using Graft.Layers.Linear;
using Graft.Tensors;
using Graft.Weights.Onnx.Graphs;

namespace Graft.Weights.Onnx.Operators;

/// <summary>Creates dense layers from constant matrices. A transposed matrix is read a few rows at a time.</summary>
internal static class DenseWeights
{
    // Rows of a transposed matrix that are read at a time. Several together, so that neighbouring values are written
    // together; not all, because the matrix can be large: the first one of a VGG is three quarters of its file.
    private const int Block = 16;

    /// <summary>Creates a layer with a zero bias.</summary>
    /// <param name="weight">The matrix, <c>[inputs, outputs]</c> or <c>[outputs, inputs]</c>.</param>
    /// <param name="isTransposed">Whether the matrix is <c>[outputs, inputs]</c>.</param>
    /// <param name="image">
    /// The shape <c>[height, width, channels]</c> of the image whose flattened values are the inputs: channels first in
    /// the file, channels last in the layer. Null when the inputs need no reordering.
    /// </param>
    /// <exception cref="ArgumentException">The image has another number of values than the matrix.</exception>
    public static Dense Read(OnnxConstant weight, bool isTransposed, Shape? image)
    {
        var (inputs, outputs) = isTransposed
            ? (weight.Dimensions[1], weight.Dimensions[0])
            : (weight.Dimensions[0], weight.Dimensions[1]);
        if (image is { } flattened && flattened.ElementCount != inputs)
            throw new ArgumentException(
                $"the matrix takes {inputs} values, but the image {flattened} has {flattened.ElementCount}",
                nameof(weight)
            );
        var dense = new Dense(inputs, outputs);
        var (channels, pixels) = image is { } shape ? (shape[2], shape[0] * shape[1]) : (inputs, 1);
        if (isTransposed)
            ReadTransposed(weight, dense, channels, pixels);
        else
            ReadRows(weight, dense, channels, pixels);
        return dense;
    }

    private static void ReadRows(OnnxConstant weight, Dense dense, int channels, int pixels)
    {
        if (pixels == 1)
        {
            weight.CopyTo(dense.Weight.Value.Span);
            return;
        }

        for (var row = 0; row < dense.Inputs; row++)
            weight.CopyTo(
                (long)row * dense.Outputs,
                dense.Weight.Value.Span.Slice(Place(row, channels, pixels) * dense.Outputs, dense.Outputs)
            );
    }

    private static void ReadTransposed(OnnxConstant weight, Dense dense, int channels, int pixels)
    {
        var to = dense.Weight.Value.Span;
        using var rows = Tensor.Uninitialized(new Shape(Math.Min(Block, dense.Outputs), dense.Inputs));
        for (var first = 0; first < dense.Outputs; first += Block)
        {
            var count = Math.Min(Block, dense.Outputs - first);
            var from = rows.Span[..(count * dense.Inputs)];
            weight.CopyTo((long)first * dense.Inputs, from);
            for (var input = 0; input < dense.Inputs; input++)
            {
                var target = to.Slice((Place(input, channels, pixels) * dense.Outputs) + first, count);
                for (var row = 0; row < count; row++)
                    target[row] = from[(row * dense.Inputs) + input];
            }
        }
    }

    /// <summary>
    /// Maps an input's index in the file, <c>channel * pixels + pixel</c>, to its index in the layer,
    /// <c>pixel * channels + channel</c>.
    /// </summary>
    private static int Place(int input, int channels, int pixels) =>
        pixels == 1 ? input : (input % pixels * channels) + (input / pixels);
}
