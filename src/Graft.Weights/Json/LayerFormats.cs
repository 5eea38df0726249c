using Graft.Layers;
using Graft.Layers.Activations;
using Graft.Layers.Convolution;
using Graft.Layers.Linear;
using Graft.Layers.Merging;
using Graft.Layers.Normalization;
using Graft.Layers.Pooling;
using Graft.Layers.Regularization;
using Graft.Layers.Reshaping;

namespace Graft.Weights.Json;

/// <summary>The layers that a JSON architecture may contain.</summary>
internal static class LayerFormats
{
    private static readonly SortedDictionary<string, LayerFormat> ByKind = new(StringComparer.Ordinal)
    {
        [nameof(Add)] = LayerFormat.Plain(() => new Add()),
        [nameof(AdaptiveAveragePooling2D)] = LayerFormat.Of<AdaptiveAveragePooling2D, AdaptivePoolingOptions>(
            json => json.AdaptivePoolingOptions,
            layer => new(layer.Height, layer.Width),
            options => new(options.Height, options.Width)
        ),
        [nameof(AveragePooling2D)] = LayerFormat.Of<AveragePooling2D, AveragePoolingOptions>(
            json => json.AveragePoolingOptions,
            layer => new(layer.Options, layer.CountPadding),
            options => new(options.Window, options.CountPadding)
        ),
        [nameof(BatchNormalization)] = LayerFormat.Of<BatchNormalization, BatchNormalizationOptions>(
            json => json.BatchNormalizationOptions,
            layer => new(layer.Channels, layer.Epsilon, layer.Momentum),
            options => new(options.Channels, options.Epsilon, options.Momentum)
        ),
        [nameof(ChannelNormalization)] = LayerFormat.Of<ChannelNormalization, ChannelNormalizationOptions>(
            json => json.ChannelNormalizationOptions,
            layer => new(layer.Reverse, layer.Scale, layer.Mean, layer.Deviation),
            options => new(options.Reverse, options.Scale, options.Mean, options.Deviation)
        ),
        [nameof(Concatenate)] = LayerFormat.Of<Concatenate, ConcatenateOptions>(
            json => json.ConcatenateOptions,
            layer => new(layer.InputCount),
            options => new(options.Inputs)
        ),
        [nameof(Convolution2D)] = LayerFormat.Of<Convolution2D, ConvolutionOptions>(
            json => json.ConvolutionOptions,
            layer => ConvolutionOptions.From(layer.Options),
            options => new(options.ToLayer())
        ),
        [nameof(Dense)] = LayerFormat.Of<Dense, DenseOptions>(
            json => json.DenseOptions,
            layer => new(layer.Inputs, layer.Outputs),
            options => new(options.Inputs, options.Outputs)
        ),
        [nameof(Dropout)] = LayerFormat.Of<Dropout, DropoutOptions>(
            json => json.DropoutOptions,
            layer => new(layer.Rate),
            options => new(options.Rate)
        ),
        [nameof(Flatten)] = LayerFormat.Plain(() => new Flatten()),
        [nameof(GlobalAveragePooling2D)] = LayerFormat.Plain(() => new GlobalAveragePooling2D()),
        [nameof(HardSigmoid)] = LayerFormat.Plain(() => new HardSigmoid()),
        [nameof(HardSwish)] = LayerFormat.Plain(() => new HardSwish()),
        [nameof(LogSoftmax)] = LayerFormat.Plain(() => new LogSoftmax()),
        [nameof(MaxPooling2D)] = LayerFormat.Of<MaxPooling2D, Pooling2DOptions>(
            json => json.Pooling2DOptions,
            layer => layer.Options,
            options => new(options)
        ),
        [nameof(Multiply)] = LayerFormat.Plain(() => new Multiply()),
        [nameof(ReLU)] = LayerFormat.Of<ReLU, RectifierOptions>(
            json => json.RectifierOptions,
            layer => new(float.IsPositiveInfinity(layer.Maximum) ? null : layer.Maximum),
            options => new(options.Maximum ?? float.PositiveInfinity)
        ),
        [nameof(Sigmoid)] = LayerFormat.Plain(() => new Sigmoid()),
        [nameof(Softmax)] = LayerFormat.Plain(() => new Softmax()),
        [nameof(StochasticDepth)] = LayerFormat.Of<StochasticDepth, DropoutOptions>(
            json => json.DropoutOptions,
            layer => new(layer.Rate),
            options => new(options.Rate)
        ),
        [nameof(Swish)] = LayerFormat.Plain(() => new Swish()),
        [nameof(ZeroPadding2D)] = LayerFormat.Of<ZeroPadding2D, Padding2D>(
            json => json.Padding2D,
            layer => layer.Padding,
            options => new(options)
        ),
    };

    /// <summary>The kinds of layers, in ordinal order.</summary>
    public static IEnumerable<string> Kinds => ByKind.Keys;

    /// <summary>The format of a kind of layer; null when there is none.</summary>
    public static LayerFormat? Find(string? kind) => kind is null ? null : ByKind.GetValueOrDefault(kind);

    /// <summary>The format of a layer.</summary>
    /// <exception cref="ArgumentException">The layer has no format; the message lists those that have one.</exception>
    public static LayerFormat From(Layer layer) =>
        Find(layer.Kind)
        ?? throw new ArgumentException(
            $"Writing the architecture: the format does not support a {layer.Kind}, only "
                + $"{string.Join(", ", Kinds)}.",
            nameof(layer)
        );

    internal sealed record AdaptivePoolingOptions(int Height, int Width);

    internal sealed record AveragePoolingOptions(Pooling2DOptions Window, bool CountPadding);

    internal sealed record BatchNormalizationOptions(int Channels, float Epsilon, float Momentum);

    internal sealed record ChannelNormalizationOptions(
        bool Reverse,
        float Scale,
        IReadOnlyList<float> Mean,
        IReadOnlyList<float> Deviation
    );

    internal sealed record ConcatenateOptions(int Inputs);

    // Copies Convolution2DOptions, because the generated JSON reader takes default values only from a constructor.
    internal sealed record ConvolutionOptions(
        int InputChannels,
        int OutputChannels,
        int KernelHeight,
        int KernelWidth,
        int Stride = 1,
        int Dilation = 1,
        Padding2D Padding = default,
        int Groups = 1,
        bool HasBias = true
    )
    {
        public static ConvolutionOptions From(Convolution2DOptions options) =>
            new(
                options.InputChannels,
                options.OutputChannels,
                options.KernelHeight,
                options.KernelWidth,
                options.Stride,
                options.Dilation,
                options.Padding,
                options.Groups,
                options.HasBias
            );

        public Convolution2DOptions ToLayer() =>
            new()
            {
                InputChannels = InputChannels,
                OutputChannels = OutputChannels,
                KernelHeight = KernelHeight,
                KernelWidth = KernelWidth,
                Stride = Stride,
                Dilation = Dilation,
                Padding = Padding,
                Groups = Groups,
                HasBias = HasBias,
            };
    }

    internal sealed record DenseOptions(int Inputs, int Outputs);

    internal sealed record DropoutOptions(float Rate);

    internal sealed record RectifierOptions(float? Maximum = null);
}
