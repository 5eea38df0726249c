using System.Globalization;
using Graft.Layers;
using Graft.Layers.Activations;
using Graft.Layers.Convolution;
using Graft.Layers.Networks;
using Graft.Layers.Normalization;
using Graft.Layers.Pooling;
using Graft.Layers.Regularization;
using Graft.Layers.Reshaping;
using Graft.Tensors;

namespace Graft.Weights.Tests.Onnx;

/// <summary>Everything about a network as text, floats by their bits, so that two can be compared.</summary>
internal static class NetworkText
{
    public static IReadOnlyList<string> Lines(Network network) =>
        [
            $"input {network.InputShape}",
            .. network.Nodes.Select(node =>
                $"{node.Name} = {node.Layer.Kind}({Options(node.Layer)}) of {string.Join(", ", node.Inputs)}"
            ),
            .. network.Parameters.Select(pair =>
                $"{pair.Key} {pair.Value.Role} {pair.Value.Value.Shape} {Bits(pair.Value.Value.Span)}"
            ),
        ];

    /// <summary>The outputs for random inputs, computed by an inference plan.</summary>
    public static float[] Run(Network network, Tensor input)
    {
        using var workers = new WorkerPool(1);
        using var plan = Graft.Layers.Inference.InferencePlan.Compile(network);
        using var runner = plan.CreateRunner(input.Shape[0], workers);
        using var output = runner.Run(input);
        return output.Span.ToArray();
    }

    /// <summary>Random values of a batch of inputs, -1 to 1.</summary>
    public static Tensor RandomInput(Network network, int batch, ulong seed)
    {
        var random = new DeterministicRandom(seed);
        var input = Tensor.Uninitialized(new Shape([batch, .. network.InputShape.Dimensions]));
        foreach (ref var value in input.Span)
            value = (2 * random.NextSingle()) - 1;
        return input;
    }

    private static string Options(Layer layer) =>
        layer switch
        {
            Convolution2D convolution => convolution.Options.ToString(),
            AveragePooling2D pooling => $"{pooling.Options}, {pooling.CountPadding}",
            Pooling2D pooling => pooling.Options.ToString(),
            ZeroPadding2D padding => padding.Padding.ToString(),
            BatchNormalization normalization => Bits([normalization.Epsilon, normalization.Momentum]),
            ChannelNormalization normalization => $"{normalization.Reverse} "
                + $"{Bits([normalization.Scale, .. normalization.Mean, .. normalization.Deviation])}",
            ReLU relu => Bits([relu.Maximum]),
            AdaptiveAveragePooling2D pooling => pooling.Configuration,
            StochasticDepth depth => Bits([depth.Rate]),
            Dropout dropout => Bits([dropout.Rate]),
            _ => "",
        };

    private static string Bits(ReadOnlySpan<float> values)
    {
        var text = new System.Text.StringBuilder();
        foreach (var value in values)
            text.Append(CultureInfo.InvariantCulture, $"{BitConverter.SingleToUInt32Bits(value):x8} ");
        return text.ToString();
    }
}
