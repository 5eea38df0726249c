using Graft.Layers;
using Graft.Layers.Convolution;
using Graft.Tensors;

namespace Graft.Weights.Keras;

/// <summary>
/// Reads Keras's convolutions. Their kernels have Graft's layout, <c>[height, width, inputs, outputs]</c>. A depthwise
/// kernel is <c>[height, width, inputs, multiplier]</c>, with the same elements in the same order as Graft's.
/// </summary>
internal static class KerasConvolutions
{
    public static string ReadConvolution(KerasNetworkBuilder builder, KerasConfig config)
    {
        var (input, options) = Options(builder, config);
        options = options with
        {
            OutputChannels = config.Size("filters"),
            Groups = config.Size("groups", 1),
            HasBias = config.Flag("use_bias", true),
        };
        var layer = Add(builder, config, config.Name, options, input);
        builder.Expect(config, "kernel", layer.Weight);
        if (layer.Bias is { } bias)
            builder.Expect(config, "bias", bias);
        return config.Name;
    }

    public static string ReadDepthwise(KerasNetworkBuilder builder, KerasConfig config)
    {
        var (input, options) = Options(builder, config);
        var multiplier = Multiplier(config, options);
        options = options with
        {
            Groups = options.InputChannels,
            OutputChannels = options.InputChannels * multiplier,
            HasBias = config.Flag("use_bias", true),
        };
        var layer = Add(builder, config, config.Name, options, input);
        builder.Expect(
            config,
            "depthwise_kernel",
            layer.Weight,
            new Shape(options.KernelHeight, options.KernelWidth, options.InputChannels, multiplier)
        );
        if (layer.Bias is { } bias)
            builder.Expect(config, "bias", bias);
        return config.Name;
    }

    public static string ReadSeparable(KerasNetworkBuilder builder, KerasConfig config)
    {
        var (input, options) = Options(builder, config);
        var multiplier = Multiplier(config, options);
        var inner = options.InputChannels * multiplier;
        var depthwise = Add(
            builder,
            config,
            $"{config.Name}/depthwise",
            options with
            {
                Groups = options.InputChannels,
                OutputChannels = inner,
                HasBias = false,
            },
            input
        );
        var pointwise = Add(
            builder,
            config,
            config.Name,
            new Convolution2DOptions
            {
                InputChannels = inner,
                OutputChannels = config.Size("filters"),
                KernelHeight = 1,
                KernelWidth = 1,
                HasBias = config.Flag("use_bias", true),
            },
            $"{config.Name}/depthwise"
        );
        builder.Expect(
            config,
            "depthwise_kernel",
            depthwise.Weight,
            new Shape(options.KernelHeight, options.KernelWidth, options.InputChannels, multiplier)
        );
        builder.Expect(config, "pointwise_kernel", pointwise.Weight);
        if (pointwise.Bias is { } bias)
            builder.Expect(config, "bias", bias);
        return config.Name;
    }

    /// <summary>The padding in pixels that Keras's <c>valid</c> or <c>same</c> means for an image.</summary>
    public static Padding2D Padding(
        KerasConfig config,
        Shape image,
        (int Height, int Width) kernel,
        int stride,
        int dilation
    )
    {
        switch (config.Text("padding", "valid"))
        {
            case "valid":
                return Padding2D.None;
            case "same":
                var (top, bottom) = SamePadding.Compute(image[0], kernel.Height, stride, dilation);
                var (left, right) = SamePadding.Compute(image[1], kernel.Width, stride, dilation);
                return new Padding2D(top, left, bottom, right);
            case var other:
                throw config.Error("padding valid or same", $"'{other}'");
        }
    }

    private static int Multiplier(KerasConfig config, Convolution2DOptions options)
    {
        var multiplier = config.Size("depth_multiplier", 1);
        return (long)multiplier * options.InputChannels <= int.MaxValue
            ? multiplier
            : throw config.Error($"a depth_multiplier for at most {int.MaxValue:N0} channels", $"{multiplier}");
    }

    private static (string Input, Convolution2DOptions Options) Options(KerasNetworkBuilder builder, KerasConfig config)
    {
        config.RequireChannelsLast();
        var input = KerasLayers.One(builder, config);
        if (builder.Network.ShapeOf(input) is not { Rank: 3 } image)
            throw config.Error("an image as input", $"{builder.Network.ShapeOf(input)}");
        var kernel = config.Pair("kernel_size");
        var (stride, dilation) = (config.Uniform("strides"), config.Uniform("dilation_rate"));
        return (
            input,
            new Convolution2DOptions
            {
                InputChannels = image[2],
                OutputChannels = image[2],
                KernelHeight = kernel.Height,
                KernelWidth = kernel.Width,
                Stride = stride,
                Dilation = dilation,
                Padding = Padding(config, image, kernel, stride, dilation),
            }
        );
    }

    private static Convolution2D Add(
        KerasNetworkBuilder builder,
        KerasConfig config,
        string name,
        Convolution2DOptions options,
        string input
    )
    {
        var weights =
            (double)options.KernelHeight
            * options.KernelWidth
            * options.InputChannels
            / Math.Max(1, options.Groups)
            * options.OutputChannels;
        if (weights > int.MaxValue)
            throw config.Error($"a kernel of at most {int.MaxValue:N0} weights", $"{weights:N0}");
        var layer = (Convolution2D?)null;
        builder.Add(config, name, () => layer = new Convolution2D(options), input);
        return layer!;
    }
}
