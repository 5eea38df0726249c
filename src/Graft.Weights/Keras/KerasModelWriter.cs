using System.Text.Json.Nodes;
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
using Graft.Tensors;

namespace Graft.Weights.Keras;

/// <summary>Converts a network to a Keras model, node by node.</summary>
internal sealed class KerasModelWriter
{
    private const string InputLayer = "input";

    private readonly Network _network;
    private readonly KerasModel _model;
    private readonly Dictionary<string, string> _layers = new(StringComparer.Ordinal);

    private KerasModelWriter(Network network, KerasModel model)
    {
        _network = network;
        _model = model;
    }

    /// <summary>Builds the model, which refers to the network's tensors. The caller disposes it first.</summary>
    /// <exception cref="ArgumentException">A layer has no counterpart in Keras; the message names it.</exception>
    public static KerasModel Build(Network network)
    {
        if (network.Nodes.Count == 0)
            throw new ArgumentException(
                "Writing for Keras: the network has no nodes. Add layers first.",
                nameof(network)
            );
        var model = new KerasModel();
        try
        {
            var writer = new KerasModelWriter(network, model);
            JsonArray sizes = [null, .. network.InputShape.Dimensions.ToArray().Select(static size => (JsonNode)size)];
            writer._layers[Network.InputName] = model.Add(
                "InputLayer",
                InputLayer,
                new JsonObject
                {
                    ["batch_input_shape"] = sizes,
                    ["dtype"] = "float32",
                    ["sparse"] = false,
                }
            );
            foreach (var node in network.Nodes)
                writer._layers[node.Name] = writer.Write(node);
            model.Output = writer._layers[network.OutputName];
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    private string Write(NetworkNode node) =>
        node.Layer switch
        {
            Activation or Softmax or LogSoftmax => WriteActivation(node),
            Add => Plain(node, "Add"),
            Multiply => Plain(node, "Multiply"),
            Concatenate { InputCount: 1 } => _layers[node.Inputs[0]],
            Concatenate => Plain(node, "Concatenate", new JsonObject { ["axis"] = -1 }),
            // A vector needs no flattening, and TensorFlow.js rejects a Flatten of one.
            Flatten when _network.ShapeOf(node.Inputs[0]).Rank == 1 => _layers[node.Inputs[0]],
            Flatten => Plain(node, "Flatten", Images()),
            ImageToTokens => Plain(node, "Reshape", Target(_network.ShapeOf(node.Name))),
            Dropout dropout => Plain(node, "Dropout", new JsonObject { ["rate"] = dropout.Rate }),
            StochasticDepth depth => WriteStochasticDepth(node, depth),
            ReLU relu => WriteReLU(node, relu),
            ZeroPadding2D padding => Pad(node.Name, _layers[node.Inputs[0]], padding.Padding),
            GlobalAveragePooling1D => Plain(node, "GlobalAveragePooling1D", Images()),
            GlobalAveragePooling2D => Plain(node, "GlobalAveragePooling2D", Images()),
            AdaptiveAveragePooling2D adaptive => WriteAdaptive(node, adaptive),
            Pooling2D pooling => WritePooling(node, pooling),
            Convolution2D convolution => WriteConvolution(node, convolution),
            Dense dense => WriteDense(node, dense),
            BatchNormalization normalization => WriteBatchNormalization(node, normalization),
            ChannelNormalization normalization => WritePreprocessing(node, normalization),
            _ => throw Unknown(node, $"is a {node.Layer.Kind}, which has no counterpart among Keras's layers"),
        };

    private static ArgumentException Unknown(NetworkNode node, string why) =>
        new($"Writing for Keras: node '{node.Name}' {why}. Cut the network before it, or write ONNX.", nameof(node));

    private static JsonObject Images() => new() { ["data_format"] = "channels_last" };

    private static JsonObject Target(Shape shape) => new() { ["target_shape"] = Pair(shape[0], shape[1]) };

    private static JsonArray Pair(int height, int width) => new(height, width);

    private string Plain(NetworkNode node, string className, JsonObject? config = null) =>
        _model.Add(className, node.Name, config ?? [], node.Inputs.Select(input => _layers[input]));

    private string WriteActivation(NetworkNode node)
    {
        var input = _layers[node.Inputs[0]];
        switch (node.Layer)
        {
            case HardSigmoid:
                return Rescale(
                    node.Name,
                    AddReLU($"{node.Name}/limits", Rescale($"{node.Name}/shift", input, 1, 3), 6),
                    1f / 6,
                    0
                );
            case HardSwish:
                var gate = Rescale(
                    $"{node.Name}/gate",
                    AddReLU($"{node.Name}/limits", Rescale($"{node.Name}/shift", input, 1, 3), 6),
                    1f / 6,
                    0
                );
                return _model.Add("Multiply", node.Name, [], input, gate);
            case Sigmoid:
                return Plain(node, "Activation", new JsonObject { ["activation"] = "sigmoid" });
            case Swish:
                return Plain(node, "Activation", new JsonObject { ["activation"] = "swish" });
            case Softmax:
                return Plain(node, "Activation", new JsonObject { ["activation"] = "softmax" });
            case LogSoftmax:
                return Plain(node, "Activation", new JsonObject { ["activation"] = "logSoftmax" });
            default:
                throw Unknown(node, $"is a {node.Layer.Kind}, which has no counterpart among Keras's activations");
        }
    }

    private string Rescale(string name, string input, float scale, float offset) =>
        _model.Add("Rescaling", name, new JsonObject { ["scale"] = scale, ["offset"] = offset }, input);

    private string AddReLU(string name, string input, float? maximum) =>
        _model.Add(
            "ReLU",
            name,
            new JsonObject
            {
                ["max_value"] = maximum,
                ["negative_slope"] = 0,
                ["threshold"] = 0,
            },
            input
        );

    private string WriteReLU(NetworkNode node, ReLU relu) =>
        AddReLU(node.Name, _layers[node.Inputs[0]], float.IsPositiveInfinity(relu.Maximum) ? null : relu.Maximum);

    private string WriteStochasticDepth(NetworkNode node, StochasticDepth depth)
    {
        JsonArray oneForAnImage =
        [
            null,
            .. _network.ShapeOf(node.Name).Dimensions.ToArray().Select(static _ => (JsonNode)1),
        ];
        return Plain(node, "Dropout", new JsonObject { ["rate"] = depth.Rate, ["noise_shape"] = oneForAnImage });
    }

    private string Pad(string name, string input, Padding2D padding)
    {
        var config = Images();
        config["padding"] = new JsonArray(Pair(padding.Top, padding.Bottom), Pair(padding.Left, padding.Right));
        return _model.Add("ZeroPadding2D", name, config, input);
    }

    private string WriteAdaptive(NetworkNode node, AdaptiveAveragePooling2D layer)
    {
        var image = _network.ShapeOf(node.Inputs[0]);
        if ((layer.Height, layer.Width) == (1, 1))
        {
            var pooled = _model.Add("GlobalAveragePooling2D", $"{node.Name}/mean", Images(), _layers[node.Inputs[0]]);
            return _model.Add(
                "Reshape",
                node.Name,
                new JsonObject { ["target_shape"] = new JsonArray(1, 1, image[2]) },
                pooled
            );
        }

        if (image[0] % layer.Height != 0 || image[1] % layer.Width != 0)
            throw Unknown(node, $"pools to {layer.Height}x{layer.Width} with windows of different sizes");
        return Pool(
            node,
            "AveragePooling2D",
            _layers[node.Inputs[0]],
            (image[0] / layer.Height, image[1] / layer.Width),
            (image[0] / layer.Height, image[1] / layer.Width)
        );
    }

    private string WritePooling(NetworkNode node, Pooling2D layer)
    {
        var (input, options) = (_layers[node.Inputs[0]], layer.Options);
        var (image, pooled) = (_network.ShapeOf(node.Inputs[0]), _network.ShapeOf(node.Name));
        var padding = options.Padding;
        if (options.RoundUp)
        {
            padding = padding with
            {
                Bottom = Math.Max(
                    padding.Bottom,
                    ((pooled[0] - 1) * options.Stride) + options.Height - image[0] - padding.Top
                ),
                Right = Math.Max(
                    padding.Right,
                    ((pooled[1] - 1) * options.Stride) + options.Width - image[1] - padding.Left
                ),
            };
        }

        if (!padding.IsNone)
        {
            // A Keras pooling ignores its padding. Padding with zeros gives the same maximum if no value is negative,
            // and the same average if the layer counts all of its padding.
            var zerosAreFair =
                layer is MaxPooling2D
                    ? IsNeverNegative(node.Inputs[0])
                    : ((AveragePooling2D)layer).CountPadding && !options.RoundUp;
            if (!zerosAreFair)
            {
                if (!IsSame(padding, image, options))
                    throw Unknown(
                        node,
                        $"is a {layer.Kind} with padding {padding}, which differs from Keras's padding 'same'"
                    );
                return Pool(
                    node,
                    layer is MaxPooling2D ? "MaxPooling2D" : "AveragePooling2D",
                    input,
                    (options.Height, options.Width),
                    (options.Stride, options.Stride),
                    "same"
                );
            }

            input = Pad($"{node.Name}/pad", input, padding);
        }

        return Pool(
            node,
            layer is MaxPooling2D ? "MaxPooling2D" : "AveragePooling2D",
            input,
            (options.Height, options.Width),
            (options.Stride, options.Stride)
        );
    }

    private string Pool(
        NetworkNode node,
        string className,
        string input,
        (int Height, int Width) window,
        (int Height, int Width) strides,
        string padding = "valid"
    )
    {
        var config = Images();
        config["pool_size"] = Pair(window.Height, window.Width);
        config["strides"] = Pair(strides.Height, strides.Width);
        config["padding"] = padding;
        return _model.Add(className, node.Name, config, input);
    }

    private static bool IsSame(Padding2D padding, Shape image, Pooling2DOptions options) =>
        SamePadding.Compute(image[0], options.Height, options.Stride) == (padding.Top, padding.Bottom)
        && SamePadding.Compute(image[1], options.Width, options.Stride) == (padding.Left, padding.Right);

    private bool IsNeverNegative(string name) =>
        name != Network.InputName
        && _network[name].Layer switch
        {
            ReLU or Sigmoid or HardSigmoid or Softmax => true,
            Pooling2D or ZeroPadding2D or Dropout or Concatenate or Add => _network[name].Inputs.All(IsNeverNegative),
            _ => false,
        };

    private string WriteConvolution(NetworkNode node, Convolution2D layer)
    {
        var options = layer.Options;
        var input = options.Padding.IsNone
            ? _layers[node.Inputs[0]]
            : Pad($"{node.Name}/pad", _layers[node.Inputs[0]], options.Padding);
        var config = Images();
        config["kernel_size"] = Pair(options.KernelHeight, options.KernelWidth);
        config["strides"] = Pair(options.Stride, options.Stride);
        config["dilation_rate"] = Pair(options.Dilation, options.Dilation);
        config["padding"] = "valid";
        config["use_bias"] = options.HasBias;
        config["activation"] = "linear";
        if (options.Groups == 1)
        {
            config["filters"] = options.OutputChannels;
            _model.Add("Conv2D", node.Name, config, input);
            _model.AddWeight(node.Name, "kernel", layer.Weight.Value);
        }
        else if (options.Groups == options.InputChannels)
        {
            var multiplier = options.OutputChannels / options.InputChannels;
            config["depth_multiplier"] = multiplier;
            _model.Add("DepthwiseConv2D", node.Name, config, input);
            _model.AddWeight(
                node.Name,
                "depthwise_kernel",
                layer.Weight.Value,
                new Shape(options.KernelHeight, options.KernelWidth, options.InputChannels, multiplier)
            );
        }
        else
        {
            throw Unknown(node, $"is a convolution in {options.Groups} groups, which TensorFlow.js does not support");
        }

        if (layer.Bias is { } bias)
            _model.AddWeight(node.Name, "bias", bias.Value);
        return node.Name;
    }

    private string WriteDense(NetworkNode node, Dense layer)
    {
        Plain(
            node,
            "Dense",
            new JsonObject
            {
                ["units"] = layer.Outputs,
                ["activation"] = "linear",
                ["use_bias"] = true,
            }
        );
        _model.AddWeight(node.Name, "kernel", layer.Weight.Value);
        _model.AddWeight(node.Name, "bias", layer.Bias.Value);
        return node.Name;
    }

    private string WriteBatchNormalization(NetworkNode node, BatchNormalization layer)
    {
        Plain(
            node,
            "BatchNormalization",
            new JsonObject
            {
                ["axis"] = -1,
                ["momentum"] = layer.Momentum,
                ["epsilon"] = layer.Epsilon,
                ["center"] = true,
                ["scale"] = true,
            }
        );
        _model.AddWeight(node.Name, "gamma", layer.Weight.Value);
        _model.AddWeight(node.Name, "beta", layer.Bias.Value);
        _model.AddWeight(node.Name, "moving_mean", layer.RunningMean.Value);
        _model.AddWeight(node.Name, "moving_variance", layer.RunningVariance.Value);
        return node.Name;
    }

    /// <summary>
    /// Writes a 1x1 convolution. Its kernel reorders and scales the channels, and its bias subtracts the mean.
    /// </summary>
    private string WritePreprocessing(NetworkNode node, ChannelNormalization layer)
    {
        const int Channels = 3;
        var config = Images();
        config["filters"] = Channels;
        config["kernel_size"] = Pair(1, 1);
        config["strides"] = Pair(1, 1);
        config["padding"] = "valid";
        config["use_bias"] = true;
        config["activation"] = "linear";
        Plain(node, "Conv2D", config);
        var (kernel, bias) = (new float[Channels * Channels], new float[Channels]);
        for (var channel = 0; channel < Channels; channel++)
        {
            kernel[((layer.Reverse ? Channels - 1 - channel : channel) * Channels) + channel] = (float)(
                (double)layer.Scale / layer.Deviation[channel]
            );
            bias[channel] = (float)(-(double)layer.Mean[channel] / layer.Deviation[channel]);
        }

        _model.AddOwnedWeight(node.Name, "kernel", new Shape(1, 1, Channels, Channels), kernel);
        _model.AddOwnedWeight(node.Name, "bias", new Shape(Channels), bias);
        return node.Name;
    }
}
