using Graft.Layers;
using Graft.Layers.Activations;
using Graft.Layers.Convolution;
using Graft.Layers.Linear;
using Graft.Layers.Merging;
using Graft.Layers.Networks;
using Graft.Layers.Normalization;
using Graft.Layers.Pooling;
using Graft.Layers.Regularization;
using Graft.Layers.Reshaping;

namespace Graft.Testing.Oracles;

/// <summary>
/// A whole network in evaluation mode, layer by layer in double precision, each straight from its formula.
/// </summary>
public static class NetworkOracle
{
    /// <summary>What the network gives.</summary>
    /// <param name="network">Of the layers that residual networks and networks of tokens are made of.</param>
    /// <param name="input">Images, <c>[b, h, w, 3]</c>.</param>
    /// <param name="output">The node whose output it is; the network's own when null.</param>
    public static DoubleTensor Apply(Network network, DoubleTensor input, string? output = null)
    {
        var values = new Dictionary<string, DoubleTensor> { [Network.InputName] = input };
        foreach (var node in network.Nodes)
            values.Add(node.Name, Apply(node.Layer, [.. node.Inputs.Select(name => values[name])]));
        return values[output ?? network.OutputName];
    }

    private static DoubleTensor Apply(Layer layer, DoubleTensor[] inputs) =>
        layer switch
        {
            ChannelNormalization normalization => ForEach(inputs[0], (x, i) =>
                (
                    (x[normalization.Reverse ? i - (i % 3) + 2 - (i % 3) : i] * normalization.Scale)
                    - normalization.Mean[i % 3]
                ) / normalization.Deviation[i % 3]
            ),
            ZeroPadding2D padding => Padded(inputs[0], padding.Padding),
            Convolution2D convolution => ConvolutionOracle.Apply(
                inputs[0],
                DoubleTensor.From(convolution.Weight.Value),
                convolution.Bias is { } bias ? DoubleTensor.From(bias.Value) : null,
                new Window(convolution.Options.KernelHeight, convolution.Options.KernelWidth)
                {
                    StrideHeight = convolution.Options.Stride,
                    StrideWidth = convolution.Options.Stride,
                    Padding = convolution.Options.Padding,
                }
            ),
            BatchNormalization normalization => NormalizationOracle.Apply(
                inputs[0],
                DoubleTensor.From(normalization.Weight.Value),
                DoubleTensor.From(normalization.Bias.Value),
                DoubleTensor.From(normalization.RunningMean.Value),
                DoubleTensor.From(normalization.RunningVariance.Value),
                normalization.Epsilon
            ),
            ReLU => ForEach(inputs[0], (x, i) => Math.Max(0, x[i])),
            MaxPooling2D pooling => PoolingOracle.Maximum(
                inputs[0],
                new Window(pooling.Options.Height, pooling.Options.Width)
                {
                    StrideHeight = pooling.Options.Stride,
                    StrideWidth = pooling.Options.Stride,
                    Padding = pooling.Options.Padding,
                }
            ),
            GlobalAveragePooling2D => PoolingOracle.GlobalAverage(inputs[0]),
            ImageToTokens => Reshaped(
                inputs[0],
                inputs[0].Shape[0],
                inputs[0].Shape[1] * inputs[0].Shape[2],
                inputs[0].Shape[3]
            ),
            GlobalAveragePooling1D => PoolingOracle.GlobalAverage(
                Reshaped(inputs[0], inputs[0].Shape[0], inputs[0].Shape[1], 1, inputs[0].Shape[2])
            ),
            Dense dense => Reshaped(
                DenseOracle.Apply(
                    Rows(inputs[0]),
                    DoubleTensor.From(dense.Weight.Value),
                    DoubleTensor.From(dense.Bias.Value)
                ),
                [.. inputs[0].Shape.Dimensions[..^1], dense.Outputs]
            ),
            Swish => ForEach(inputs[0], (x, i) => x[i] / (1 + Math.Exp(-x[i]))),
            Softmax => Reshaped(ClassificationOracle.Softmax(Rows(inputs[0])), inputs[0].Shape.Dimensions),
            Dropout => inputs[0],
            Add => ForEach(inputs[0], (x, i) => x[i] + inputs[1].Values[i]),
            _ => throw new NotSupportedException($"The oracle knows no {layer.Kind}."),
        };

    private static DoubleTensor ForEach(DoubleTensor input, Func<double[], int, double> element)
    {
        var result = new DoubleTensor(input.Shape);
        for (var i = 0; i < result.Values.Length; i++)
            result.Values[i] = element(input.Values, i);
        return result;
    }

    /// <summary>A row for each vector of the last dimension.</summary>
    private static DoubleTensor Rows(DoubleTensor input) =>
        Reshaped(input, input.Values.Length / input.Shape[^1], input.Shape[^1]);

    private static DoubleTensor Reshaped(DoubleTensor input, params ReadOnlySpan<int> dimensions)
    {
        var result = new DoubleTensor(dimensions);
        input.Values.CopyTo(result.Values, 0);
        return result;
    }

    private static DoubleTensor Padded(DoubleTensor input, Padding2D padding)
    {
        var shape = input.Shape;
        var result = new DoubleTensor(
            shape[0],
            shape[1] + padding.Top + padding.Bottom,
            shape[2] + padding.Left + padding.Right,
            shape[3]
        );
        for (var b = 0; b < shape[0]; b++)
        for (var y = 0; y < shape[1]; y++)
        for (var x = 0; x < shape[2]; x++)
        for (var c = 0; c < shape[3]; c++)
            result[b, y + padding.Top, x + padding.Left, c] = input[b, y, x, c];
        return result;
    }
}
