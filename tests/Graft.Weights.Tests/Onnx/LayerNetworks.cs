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

namespace Graft.Weights.Tests.Onnx;

/// <summary>Small networks, one for each kind of layer and each way it is written, with random parameters.</summary>
internal static class LayerNetworks
{
    private static readonly Shape Image = new(9, 7, 3);
    private static readonly Padding2D Asymmetric = new(1, 0, 2, 1);

    private static readonly Dictionary<string, Func<Network>> Builders = new()
    {
        ["convolution with stride and asymmetric padding"] = () =>
            Of(Image, new Convolution2D(Kernel(3, 3) with { Stride = 2, Padding = Asymmetric })),
        ["convolution with dilation and no bias"] = () =>
            Of(Image, new Convolution2D(Kernel(3, 2) with { Dilation = 2, HasBias = false })),
        ["convolution with an even kernel"] = () =>
            Of(Image, new Convolution2D(Kernel(2, 4) with { Padding = new(0, 3, 1, 2) })),
        ["pointwise convolution with stride"] = () => Of(Image, new Convolution2D(Kernel(1, 1) with { Stride = 2 })),
        ["convolution in groups"] = () =>
            Of(Image, new Convolution2D(Kernel(1, 1) with { OutputChannels = 6 }), new Convolution2D(Grouped(6, 9, 3))),
        ["depthwise convolution"] = () =>
            Of(Image, new Convolution2D(Grouped(3, 3, 3) with { Stride = 2, Padding = Asymmetric, HasBias = false })),
        ["depthwise convolution with two outputs for each input"] = () =>
            Of(Image, new Convolution2D(Grouped(3, 6, 3))),
        ["depthwise convolution with all that follows it"] = () =>
            Of(Image, new Convolution2D(Grouped(3, 3, 3)), new BatchNormalization(3), new ReLU(6)),
        ["zero padding"] = () => Of(Image, new ZeroPadding2D(new(0, 1, 2, 3))),
        ["zero padding before a convolution"] = () =>
            Of(Image, new ZeroPadding2D(Asymmetric), new Convolution2D(Kernel(3, 3) with { Stride = 2 })),
        ["zero padding before a pooling"] = () =>
            Of(Image, new ZeroPadding2D(Padding2D.Around(1)), new MaxPooling2D(Pool(3, 3, 2))),
        ["zero padding before an average pooling"] = () =>
            Of(Image, new ZeroPadding2D(new(1, 2, 0, 1)), new Dropout(0.5f), new AveragePooling2D(Pool(3, 3, 2))),
        ["zero padding before a small average pooling"] = () =>
            Of(Image, new ZeroPadding2D(new(2, 2, 1, 2)), new AveragePooling2D(Pool(2, 2, 2), countPadding: true)),
        ["zero padding before a pooling with padding"] = () =>
            Of(
                Image,
                new ZeroPadding2D(new(2, 2, 1, 2)),
                new MaxPooling2D(Pool(2, 2, 2) with { Padding = Padding2D.Around(1) })
            ),
        ["batch normalisation of an image"] = () => Of(Image, new BatchNormalization(3, 1e-3f, 0.99f)),
        ["batch normalisation of rows"] = () => Of(new Shape(5), new BatchNormalization(5)),
        ["batch normalisation after a convolution"] = () =>
            Of(Image, new Convolution2D(Kernel(3, 3)), new BatchNormalization(5), new ReLU()),
        ["tokens"] = () =>
            Of(
                new Shape(4, 3),
                new Dense(3, 6),
                new Swish(),
                new BatchNormalization(6),
                new Dense(6, 5),
                new ReLU(),
                new Softmax()
            ),
        ["mean of tokens"] = () => Of(new Shape(4, 3), new Dense(3, 5), new GlobalAveragePooling1D()),
        ["tokens in a row"] = () =>
            Of(new Shape(4, 3), new Dense(3, 2), new LogSoftmax(), new Flatten(), new Dense(8, 3)),
        ["rectifier"] = () => Of(Image, new ReLU()),
        ["rectifier with a ceiling"] = () => Of(Image, new ReLU(0.75f)),
        ["rectifier of rows"] = () => Of(new Shape(11), new ReLU(), new Dense(11, 4)),
        ["sigmoid of an image and of rows"] = () =>
            Of(Image, new Sigmoid(), new GlobalAveragePooling2D(), new Sigmoid()),
        ["swish of an image and of rows"] = () =>
            Of(
                Image,
                new Swish(),
                new Convolution2D(Kernel(1, 1)),
                new Swish(),
                new GlobalAveragePooling2D(),
                new Swish()
            ),
        ["hard sigmoid of an image and of rows"] = () =>
            Of(Image, new HardSigmoid(), new GlobalAveragePooling2D(), new HardSigmoid()),
        ["hard swish of an image and of rows"] = () =>
            Of(Image, new Convolution2D(Kernel(1, 1)), new HardSwish(), new GlobalAveragePooling2D(), new HardSwish()),
        ["sigmoid before preprocessing"] = () =>
            Of(Image, new Sigmoid(), new ChannelNormalization(false, 0.5f, [0, 0, 0], [1, 1, 1])),
        ["sigmoid named like half a swish"] = () =>
        {
            var network = new Network(Image);
            network.Add("a/gate", new Sigmoid());
            network.Add("b", new Swish());
            return network;
        },
        ["product of an image and factors of its channels"] = Excitation,
        ["product of rows"] = () =>
        {
            var network = Of(new Shape(5), new Dense(5, 3));
            network.Add("twice", new Multiply(), "node1", "node1");
            return network;
        },
        ["logarithm of softmax"] = () => Of(new Shape(6), new LogSoftmax()),
        ["stochastic depth"] = () =>
            Of(Image, new StochasticDepth(0.2f), new GlobalAveragePooling2D(), new StochasticDepth(0.3f)),
        ["adaptive average pooling to one pixel"] = () => Of(Image, new AdaptiveAveragePooling2D(1, 1), new Flatten()),
        ["adaptive average pooling"] = () => Of(Image, new AdaptiveAveragePooling2D(3, 7), new Flatten()),
        ["maximum pooling that rounds up"] = () => Of(Image, new MaxPooling2D(Pool(3, 2, 2) with { RoundUp = true })),
        ["concatenation of images"] = ConcatenatedImages,
        ["concatenation of rows"] = () =>
        {
            var network = Of(new Shape(5), new Dense(5, 3));
            network.Add("cat", new Concatenate(3), "node1", Network.InputName, "node1");
            return network;
        },
        ["concatenation of one"] = () => Of(Image, new Concatenate(1)),
        ["maximum pooling"] = () => Of(Image, new MaxPooling2D(Pool(3, 2, 2) with { Padding = new(1, 0, 2, 1) })),
        ["average pooling that counts the padding"] = () =>
            Of(Image, new AveragePooling2D(Pool(3, 3, 2) with { Padding = new(1, 0, 2, 1) }, countPadding: true)),
        ["average pooling that leaves the padding out"] = () =>
            Of(Image, new AveragePooling2D(Pool(2, 3, 1) with { Padding = new(1, 2, 0, 1) })),
        ["global average pooling"] = () => Of(Image, new GlobalAveragePooling2D()),
        ["sum with a branch"] = Residual,
        ["sum of rows with themselves"] = SumOfRows,
        ["dense"] = () => Of(new Shape(7), new Dense(7, 4)),
        ["softmax"] = () => Of(new Shape(6), new Softmax()),
        ["dropout of an image and of rows"] = () =>
            Of(Image, new Dropout(0.4f), new GlobalAveragePooling2D(), new Dropout(0.25f)),
        ["flatten of an image"] = () =>
            Of(Image, new Convolution2D(Kernel(2, 2)), new Flatten(), new Dense(8 * 6 * 5, 3)),
        ["flatten of the input"] = () => Of(Image, new Flatten()),
        ["flatten of rows"] = () => Of(new Shape(6), new Flatten(), new Dense(6, 2)),
        ["preprocessing: everything"] = () =>
            Of(Image, new ChannelNormalization(true, 1 / 255f, [0.485f, 0.456f, 0.406f], [0.229f, 0.224f, 0.225f])),
        ["preprocessing: order and mean before a padded convolution"] = () =>
            Of(
                Image,
                new ChannelNormalization(true, 1, [103.939f, 116.779f, 123.68f], [1, 1, 1]),
                new Convolution2D(Kernel(3, 3) with { Padding = Padding2D.Around(1) })
            ),
        ["preprocessing: scale alone"] = () => Of(Image, new ChannelNormalization(false, 0.5f, [0, 0, 0], [1, 1, 1])),
        ["preprocessing: deviation alone"] = () => Of(Image, new ChannelNormalization(false, 1, [0, 0, 0], [1, 2, 3])),
        ["preprocessing: nothing"] = () => Of(Image, new ChannelNormalization(false, 1, [0, 0, 0], [1, 1, 1])),
        ["preprocessing: a mean image"] = () =>
            Of(
                Image,
                new ChannelNormalization(true, 1, [0, 0, 0], [1, 1, 1]),
                new MeanImageSubtraction(9, 7, 3),
                new Convolution2D(Kernel(3, 3))
            ),
        ["preprocessing: twice"] = () =>
            Of(
                Image,
                new ChannelNormalization(true, 1, [0, 0, 0], [1, 1, 1]),
                new ChannelNormalization(false, 2, [1, -0f, 3], [1, 1, 1])
            ),
        ["a node that nobody needs"] = () =>
        {
            var network = Of(Image, new ReLU());
            network.Add("unused", new GlobalAveragePooling2D());
            network.Add("last", new MaxPooling2D(Pool(2, 2, 2)), "node1");
            return network;
        },
    };

    public static IEnumerable<string> Names => Builders.Keys;

    /// <summary>Makes a network, which the caller disposes, with random parameters.</summary>
    public static Network Build(string name)
    {
        var network = Builders[name]();
        FillParameters(network, new DeterministicRandom(7));
        return network;
    }

    /// <summary>
    /// Parameters of the size that training leaves: weights that keep values near 1, variances above 0.
    /// </summary>
    public static void FillParameters(Network network, DeterministicRandom random)
    {
        foreach (var (_, parameter) in network.Parameters)
        {
            var limit =
                parameter.Role == ParameterRole.Weight
                    ? MathF.Sqrt(3f * parameter.Value.Shape[^1] / parameter.Value.Length)
                    : 0.5f;
            var centre = parameter.Name is "running_var" || parameter.Role == ParameterRole.Scale ? 1 : 0;
            foreach (ref var value in parameter.Value.Span)
                value = centre + (limit * ((2 * random.NextSingle()) - 1));
        }
    }

    private static Network Of(Shape input, params Layer[] layers)
    {
        var network = new Network(input);
        foreach (var layer in layers)
            network.Add($"node{network.Nodes.Count + 1}", layer);
        return network;
    }

    private static Network Residual()
    {
        var network = Of(Image, new Convolution2D(Kernel(1, 1)));
        network.Add(
            "branch.0",
            new Convolution2D(
                new()
                {
                    InputChannels = 5,
                    OutputChannels = 5,
                    KernelHeight = 3,
                    KernelWidth = 3,
                    Padding = Padding2D.Around(1),
                }
            )
        );
        network.Add("branch.1", new BatchNormalization(5));
        network.Add("sum", new Add(), "branch.1", "node1");
        network.Add("relu", new ReLU());
        return network;
    }

    private static Network Excitation()
    {
        var network = Of(Image, new Convolution2D(Kernel(1, 1)));
        network.Add("squeeze", new AdaptiveAveragePooling2D(1, 1));
        network.Add(
            "fc1",
            new Convolution2D(
                new()
                {
                    InputChannels = 5,
                    OutputChannels = 2,
                    KernelHeight = 1,
                    KernelWidth = 1,
                }
            )
        );
        network.Add("fc1/relu", new Swish());
        network.Add(
            "fc2",
            new Convolution2D(
                new()
                {
                    InputChannels = 2,
                    OutputChannels = 5,
                    KernelHeight = 1,
                    KernelWidth = 1,
                }
            )
        );
        network.Add("gate", new HardSigmoid());
        network.Add("scale", new Multiply(), "node1", "gate");
        return network;
    }

    private static Network SumOfRows()
    {
        var network = Of(new Shape(5), new Dense(5, 3));
        network.Add("twice", new Add(), "node1", "node1");
        return network;
    }

    private static Network ConcatenatedImages()
    {
        var network = Of(Image, new Convolution2D(Kernel(1, 1)));
        network.Add(
            "pooled",
            new MaxPooling2D(Pool(3, 3, 1) with { Padding = Padding2D.Around(1) }),
            Network.InputName
        );
        network.Add("cat", new Concatenate(3), "node1", Network.InputName, "pooled");
        network.Add(
            "conv",
            new Convolution2D(
                new()
                {
                    InputChannels = 11,
                    OutputChannels = 2,
                    KernelHeight = 2,
                    KernelWidth = 2,
                }
            )
        );
        return network;
    }

    private static Convolution2DOptions Grouped(int inputs, int outputs, int groups) =>
        new()
        {
            InputChannels = inputs,
            OutputChannels = outputs,
            KernelHeight = 3,
            KernelWidth = 3,
            Groups = groups,
        };

    private static Convolution2DOptions Kernel(int height, int width) =>
        new()
        {
            InputChannels = 3,
            OutputChannels = 5,
            KernelHeight = height,
            KernelWidth = width,
        };

    private static Pooling2DOptions Pool(int height, int width, int stride) =>
        new()
        {
            Height = height,
            Width = width,
            Stride = stride,
        };
}
