using Graft.Layers;
using Graft.Layers.Activations;
using Graft.Layers.Linear;
using Graft.Layers.Merging;
using Graft.Layers.Networks;
using Graft.Layers.Normalization;
using Graft.Layers.Pooling;
using Graft.Layers.Regularization;
using Graft.Layers.Reshaping;

namespace Graft.Weights.Keras;

/// <summary>The Keras layers that can be read. Convolutions are in <see cref="KerasConvolutions"/>.</summary>
internal static class KerasLayers
{
    /// <summary>Adds the nodes of a Keras layer. The layer's activation is added afterwards.</summary>
    /// <returns>The last node. When the layer changes nothing, this is the node of its input.</returns>
    public delegate string Reader(KerasNetworkBuilder builder, KerasConfig config);

    private static readonly SortedDictionary<string, Reader> Readers = new(StringComparer.Ordinal)
    {
        ["Activation"] = static (builder, config) => One(builder, config),
        ["Add"] = static (builder, config) => Fold(builder, config, static () => new Add()),
        ["AveragePooling2D"] = ReadAveragePooling,
        ["BatchNormalization"] = ReadBatchNormalization,
        ["Concatenate"] = ReadConcatenate,
        ["Conv2D"] = KerasConvolutions.ReadConvolution,
        ["Dense"] = ReadDense,
        ["DepthwiseConv2D"] = KerasConvolutions.ReadDepthwise,
        ["Dropout"] = static (builder, config) =>
            builder.Add(config, config.Name, () => new Dropout(config.Number("rate", 0.5f)), One(builder, config)),
        ["Flatten"] = static (builder, config) =>
        {
            config.RequireChannelsLast();
            return builder.Add(config, config.Name, static () => new Flatten(), One(builder, config));
        },
        ["GlobalAveragePooling1D"] = static (builder, config) =>
            builder.Add(config, config.Name, static () => new GlobalAveragePooling1D(), One(builder, config)),
        ["GlobalAveragePooling2D"] = ReadGlobalAveragePooling,
        ["MaxPooling2D"] = ReadMaxPooling,
        ["Multiply"] = ReadMultiply,
        ["ReLU"] = ReadReLU,
        ["Rescaling"] = ReadRescaling,
        ["Reshape"] = ReadReshape,
        ["SeparableConv2D"] = KerasConvolutions.ReadSeparable,
        ["Softmax"] = static (builder, config) =>
            builder.Add(config, config.Name, static () => new Softmax(), One(builder, config)),
        ["ZeroPadding2D"] = ReadZeroPadding,
    };

    /// <summary>The names of the supported layers, for messages.</summary>
    public static string Names => string.Join(", ", Readers.Keys);

    /// <summary>The reader of a Keras class; null when the class is not supported.</summary>
    public static Reader? ReaderOf(string className) => Readers.GetValueOrDefault(className);

    /// <summary>The only input of a layer; the network's input when the layer names none.</summary>
    public static string One(KerasNetworkBuilder builder, KerasConfig config) =>
        builder.InputsOf(config) switch
        {
            [var input] => input,
            [] => Network.InputName,
            var many => throw config.Error("one input", $"{many.Length}"),
        };

    private static string Fold(KerasNetworkBuilder builder, KerasConfig config, Func<Graft.Layers.Layer> layer)
    {
        var inputs = builder.InputsOf(config);
        if (inputs.Length < 2)
            throw config.Error("at least two inputs", $"{inputs.Length}");
        var last = inputs[0];
        for (var i = 1; i < inputs.Length; i++)
            last = builder.Add(
                config,
                i == inputs.Length - 1 ? config.Name : $"{config.Name}/{i}",
                layer,
                last,
                inputs[i]
            );
        return last;
    }

    private static string ReadMultiply(KerasNetworkBuilder builder, KerasConfig config)
    {
        var inputs = builder.InputsOf(config);
        if (inputs.Length != 2)
            throw config.Error("two inputs", $"{inputs.Length}");
        if (builder.Network.ShapeOf(inputs[0]).ElementCount < builder.Network.ShapeOf(inputs[1]).ElementCount)
            Array.Reverse(inputs);
        return builder.Add(config, config.Name, static () => new Multiply(), inputs);
    }

    private static string ReadConcatenate(KerasNetworkBuilder builder, KerasConfig config)
    {
        var inputs = builder.InputsOf(config);
        var rank =
            inputs.Length > 0
                ? builder.Network.ShapeOf(inputs[0]).Rank + 1
                : throw config.Error("at least one input", "none");
        var axis = config.Axis("axis", -1);
        if (axis != -1 && axis != rank - 1)
            throw config.Error("the last axis", $"axis {axis}");
        return builder.Add(config, config.Name, () => new Concatenate(inputs.Length), inputs);
    }

    private static string ReadDense(KerasNetworkBuilder builder, KerasConfig config)
    {
        var input = One(builder, config);
        if (builder.Network.ShapeOf(input) is not { Rank: 1 or 2 } shape)
            throw config.Error("a vector or tokens as input", $"{builder.Network.ShapeOf(input)}");
        var dense = (Dense?)null;
        builder.Add(config, config.Name, () => dense = new Dense(shape[^1], config.Size("units")), input);
        builder.Expect(config, "kernel", dense!.Weight);
        if (config.Flag("use_bias", true))
            builder.Expect(config, "bias", dense.Bias);
        return config.Name;
    }

    private static string ReadBatchNormalization(KerasNetworkBuilder builder, KerasConfig config)
    {
        var input = One(builder, config);
        var shape = builder.Network.ShapeOf(input);
        if (config.Axis("axis", -1) is var axis && axis != -1 && axis != shape.Rank)
            throw config.Error("the last axis", $"axis {axis}");
        var layer = (BatchNormalization?)null;
        builder.Add(
            config,
            config.Name,
            () =>
                layer = new BatchNormalization(
                    shape[^1],
                    config.Number("epsilon", 1e-3f),
                    config.Number("momentum", 0.99f)
                ),
            input
        );
        if (config.Flag("scale", true))
            builder.Expect(config, "gamma", layer!.Weight);
        if (config.Flag("center", true))
            builder.Expect(config, "beta", layer!.Bias);
        builder.Expect(config, "moving_mean", layer!.RunningMean);
        builder.Expect(config, "moving_variance", layer.RunningVariance);
        return config.Name;
    }

    private static string ReadReLU(KerasNetworkBuilder builder, KerasConfig config)
    {
        if (config.Number("negative_slope", 0) != 0 || config.Number("threshold", 0) != 0)
            throw config.Error("a ReLU with slope 0 and threshold 0", "another slope or threshold");
        var maximum = config.Number("max_value", float.PositiveInfinity);
        return maximum > 0
            ? builder.Add(config, config.Name, () => new ReLU(maximum), One(builder, config))
            : throw config.Error("a max_value above 0", $"{maximum}");
    }

    private static string ReadRescaling(KerasNetworkBuilder builder, KerasConfig config)
    {
        var (scale, offset) = (config.Number("scale", 1), config.Number("offset", 0));
        if ((scale, offset) == (1, 3) && TryReadHardSigmoid(builder, config) is { } gate)
            return gate;
        return builder.Add(
            config,
            config.Name,
            () => new ChannelNormalization(false, scale, [-offset, -offset, -offset], [1, 1, 1]),
            One(builder, config)
        );
    }

    /// <summary>
    /// Reads a hard sigmoid in single steps (add 3, clip to 0 and 6, divide by 6) if the layer is the first of them;
    /// null otherwise.
    /// </summary>
    private static string? TryReadHardSigmoid(KerasNetworkBuilder builder, KerasConfig config)
    {
        if (
            builder.OnlyConsumerOf(config.Name) is not { ClassName: "ReLU" } limits
            || limits.Number("max_value", 0) != 6
            || builder.OnlyConsumerOf(limits.Name) is not { ClassName: "Rescaling" } last
            || Math.Abs(last.Number("scale", 1) - (1f / 6)) > 1e-6f
            || last.Number("offset", 0) != 0
        )
            return null;
        var node = builder.Add(config, last.Name, static () => new HardSigmoid(), One(builder, config));
        builder.Absorb(limits, node);
        builder.Absorb(last, node);
        return node;
    }

    private static string ReadZeroPadding(KerasNetworkBuilder builder, KerasConfig config)
    {
        config.RequireChannelsLast();
        var (top, bottom, left, right) = config.Sides("padding");
        return builder.Add(
            config,
            config.Name,
            () => new ZeroPadding2D(new Padding2D(top, left, bottom, right)),
            One(builder, config)
        );
    }

    private static string ReadMaxPooling(KerasNetworkBuilder builder, KerasConfig config)
    {
        var input = One(builder, config);
        var options = Window(builder, config, input);
        return builder.Add(config, config.Name, () => new MaxPooling2D(options), input);
    }

    private static string ReadAveragePooling(KerasNetworkBuilder builder, KerasConfig config)
    {
        var input = One(builder, config);
        if (
            builder.Network.ShapeOf(input) is { Rank: 3 } image
            && config.Pair("pool_size", (2, 2)) is var (height, width)
            && height != width
            && config.Pair("strides", (height, width)) == (height, width)
            && image[0] % height == 0
            && image[1] % width == 0
        )
        {
            config.RequireChannelsLast();
            return builder.Add(
                config,
                config.Name,
                () => new AdaptiveAveragePooling2D(image[0] / height, image[1] / width),
                input
            );
        }

        var options = Window(builder, config, input);
        return builder.Add(config, config.Name, () => new AveragePooling2D(options), input);
    }

    private static string ReadGlobalAveragePooling(KerasNetworkBuilder builder, KerasConfig config)
    {
        config.RequireChannelsLast();
        // When the output is reshaped to an image of one pixel, an adaptive pooling gives that image directly.
        var keeps = config.Flag("keepdims", false) || builder.FeedsOnly(config.Name, "Reshape");
        return builder.Add(
            config,
            config.Name,
            () => keeps ? new AdaptiveAveragePooling2D(1, 1) : new GlobalAveragePooling2D(),
            One(builder, config)
        );
    }

    private static string ReadReshape(KerasNetworkBuilder builder, KerasConfig config)
    {
        var input = One(builder, config);
        var shape = builder.Network.ShapeOf(input);
        var target = config.Shape("target_shape", skip: 0) ?? throw config.Error("'target_shape'", "none");
        if (target is [var count] && (count == shape.ElementCount || count == -1))
            return shape.Rank == 1 ? input : builder.Add(config, config.Name, static () => new Flatten(), input);
        if (
            shape.Rank == 3
            && target is [var tokens, var channels]
            && channels == shape[2]
            && (tokens == shape[0] * shape[1] || tokens == -1)
        )
            return builder.Add(config, config.Name, static () => new ImageToTokens(), input);
        return target.AsSpan().SequenceEqual(shape.Dimensions)
            ? input
            : throw config.Error(
                $"a vector of {shape.ElementCount} values, a token for each pixel, or the same shape {shape}",
                $"[{string.Join(", ", target)}]"
            );
    }

    private static Pooling2DOptions Window(KerasNetworkBuilder builder, KerasConfig config, string input)
    {
        config.RequireChannelsLast();
        if (builder.Network.ShapeOf(input) is not { Rank: 3 } image)
            throw config.Error("an image as input", $"{builder.Network.ShapeOf(input)}");
        var (height, width) = config.Pair("pool_size", (2, 2));
        var strides = config.Pair("strides", (height, width));
        if (strides.Height != strides.Width)
            throw config.Error("the same strides in both directions", $"{strides.Height} and {strides.Width}");
        return new Pooling2DOptions
        {
            Height = height,
            Width = width,
            Stride = strides.Height,
            Padding = KerasConvolutions.Padding(config, image, (height, width), strides.Height, 1),
        };
    }
}
