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
    private static readonly LayerFormat[] Known =
    [
        LayerFormat.Create(() => new Add()),
        LayerFormat.From<AdaptiveAveragePooling2D, AdaptivePoolingOptions>(
            json => json.AdaptivePoolingOptions,
            layer => new(layer.Height, layer.Width),
            options => new(options.Height, options.Width)
        ),
        LayerFormat.From<AveragePooling2D, AveragePoolingOptions>(
            json => json.AveragePoolingOptions,
            layer => new(layer.Options, layer.CountPadding),
            options => new(options.Window, options.CountPadding)
        ),
        LayerFormat.From<BatchNormalization, BatchNormalizationOptions>(
            json => json.BatchNormalizationOptions,
            layer => new(layer.Channels, layer.Epsilon, layer.Momentum),
            options => new(options.Channels, options.Epsilon, options.Momentum)
        ),
        LayerFormat.From<ChannelNormalization, ChannelNormalizationOptions>(
            json => json.ChannelNormalizationOptions,
            layer => new(layer.Reverse, layer.Scale, layer.Mean, layer.Deviation),
            options => new(options.Reverse, options.Scale, options.Mean, options.Deviation)
        ),
        LayerFormat.From<Concatenate, ConcatenateOptions>(
            json => json.ConcatenateOptions,
            layer => new(layer.InputCount),
            options => new(options.Inputs)
        ),
        LayerFormat.From<Convolution2D, ConvolutionOptions>(
            json => json.ConvolutionOptions,
            layer => ConvolutionOptions.From(layer.Options),
            options => new(options.ToLayer())
        ),
        LayerFormat.From<Dense, DenseOptions>(
            json => json.DenseOptions,
            layer => new(layer.Inputs, layer.Outputs),
            options => new(options.Inputs, options.Outputs)
        ),
        LayerFormat.From<Dropout, DropoutOptions>(
            json => json.DropoutOptions,
            layer => new(layer.Rate),
            options => new(options.Rate)
        ),
        LayerFormat.Create(() => new Flatten()),
        LayerFormat.Create(() => new GlobalAveragePooling1D()),
        LayerFormat.Create(() => new GlobalAveragePooling2D()),
        LayerFormat.Create(() => new HardSigmoid()),
        LayerFormat.Create(() => new HardSwish()),
        LayerFormat.Create(() => new LogSoftmax()),
        LayerFormat.From<MaxPooling2D, Pooling2DOptions>(
            json => json.Pooling2DOptions,
            layer => layer.Options,
            options => new(options)
        ),
        LayerFormat.From<MeanImageSubtraction, MeanImageOptions>(
            json => json.MeanImageOptions,
            layer => new(layer.Mean.Shape[0], layer.Mean.Shape[1], layer.Mean.Shape[2]),
            options => new(options.Height, options.Width, options.Channels)
        ),
        LayerFormat.Create(() => new Multiply()),
        LayerFormat.From<ReLU, ReLUOptions>(
            json => json.ReLUOptions,
            layer => new(float.IsPositiveInfinity(layer.Maximum) ? null : layer.Maximum),
            options => new(options.Maximum ?? float.PositiveInfinity)
        ),
        LayerFormat.Create(() => new Sigmoid()),
        LayerFormat.Create(() => new Softmax()),
        LayerFormat.From<StochasticDepth, DropoutOptions>(
            json => json.DropoutOptions,
            layer => new(layer.Rate),
            options => new(options.Rate)
        ),
        LayerFormat.Create(() => new Swish()),
        LayerFormat.From<ZeroPadding2D, Padding2D>(
            json => json.Padding2D,
            layer => layer.Padding,
            options => new(options)
        ),
    ];

    /// <summary>The formats of Graft's layers and of others, by kind in ordinal order.</summary>
    /// <param name="others">The formats of other layers; none when null.</param>
    /// <exception cref="ArgumentException">Two formats have the same kind.</exception>
    public static SortedDictionary<string, LayerFormat> With(IReadOnlyList<LayerFormat>? others)
    {
        var formats = new SortedDictionary<string, LayerFormat>(StringComparer.Ordinal);
        foreach (var format in Known.Concat(others ?? []))
        {
            if (!formats.TryAdd(format.Kind, format))
                throw new ArgumentException(
                    $"Two formats are of layers of kind '{format.Kind}'. Give the layer's class another name.",
                    nameof(others)
                );
        }

        return formats;
    }

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

    internal sealed record MeanImageOptions(int Height, int Width, int Channels);

    internal sealed record ReLUOptions(float? Maximum = null);
}
