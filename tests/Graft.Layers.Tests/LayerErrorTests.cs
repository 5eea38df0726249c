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

namespace Graft.Layers.Tests;

public sealed class LayerErrorTests
{
    private static readonly Pooling2DOptions Window = new()
    {
        Height = 3,
        Width = 3,
        Stride = 2,
    };

    private static readonly (Func<Layer> Layer, Shape Input, string[] Message)[] Unsuitable =
    [
        (() => new Dense(4, 2), new Shape(5), ["Dense", "[batch, 4]", "[1, 5]"]),
        (() => new Dense(4, 2), new Shape(2, 2, 4), ["Dense", "[batch, 4]", "[1, 2, 2, 4]"]),
        (() => Convolution(3), new Shape(8, 8, 4), ["Convolution2D", "[batch, height, width, 3]", "[1, 8, 8, 4]"]),
        (
            () => Convolution(3),
            new Shape(2, 8, 3),
            ["Convolution2D", "3x3 kernel fits into", "[1, 2, 8, 3]", "larger image"]
        ),
        (
            () => new ZeroPadding2D(Padding2D.Around(1)),
            new Shape(8),
            ["ZeroPadding2D", "[batch, height, width, channels]"]
        ),
        (() => new MaxPooling2D(Window), new Shape(2, 2, 1), ["MaxPooling2D", "3x3 window", "[1, 2, 2, 1]"]),
        (() => new AveragePooling2D(Window), new Shape(9), ["AveragePooling2D", "[batch, height, width, channels]"]),
        (
            () => new GlobalAveragePooling2D(),
            new Shape(9),
            ["GlobalAveragePooling2D", "[batch, height, width, channels]"]
        ),
        (
            () => new BatchNormalization(3),
            new Shape(4, 4, 5),
            ["BatchNormalization", "[batch, ..., 3]", "[1, 4, 4, 5]"]
        ),
        (
            () => new ChannelNormalization(false, 1, [0, 0, 0], [1, 1, 1]),
            new Shape(4, 4, 1),
            ["ChannelNormalization", "[batch, height, width, 3]"]
        ),
        (
            () => new AdaptiveAveragePooling2D(2, 2),
            new Shape(9),
            ["AdaptiveAveragePooling2D", "[batch, height, width, channels]"]
        ),
        (() => new LogSoftmax(), new Shape(4, 4, 5), ["LogSoftmax", "[batch, classes]"]),
        (() => new Softmax(), new Shape(4, 4, 5), ["Softmax", "[batch, classes]"]),
        (() => new Flatten(), new Shape([]), ["Flatten", "[batch, ...]"]),
        (() => new ImageToTokens(), new Shape(4, 5), ["ImageToTokens", "[batch, height, width, channels]"]),
    ];

    public static TheoryData<int> Cases => new(Enumerable.Range(0, Unsuitable.Length));

    [Theory]
    [MemberData(nameof(Cases))]
    public void An_unsuitable_input_is_refused_with_node_and_expectation(int index)
    {
        var (make, input, message) = Unsuitable[index];
        using var layer = make();
        using var network = new Network(input);
        var error = Assert.Throws<ArgumentException>(() => network.Add("the.node", layer));
        Assert.All(message.Append("the.node"), part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
        Assert.Empty(network.Nodes);
    }

    [Fact]
    public void Sums_take_equal_shapes()
    {
        using var network = new Network(new Shape(4));
        network.Add("a", new Dense(4, 3));
        using var sum = new Add();
        var error = Assert.Throws<ArgumentException>(() => network.Add("sum", sum, "a", Network.InputName));
        Assert.Contains("sum", error.Message, StringComparison.Ordinal);
        Assert.Contains("[1, 3]", error.Message, StringComparison.Ordinal);
        Assert.Contains("[1, 4]", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Concatenation_takes_images_of_one_size()
    {
        using var network = new Network(new Shape(4, 4, 2));
        network.Add("pool", new MaxPooling2D(Window));
        using var layer = new Concatenate(2);
        var error = Assert.Throws<ArgumentException>(() => network.Add("cat", layer, "pool", Network.InputName));
        Assert.All(["'cat'", "Concatenate", "[1, 1, 1, 2]", "[1, 4, 4, 2]"], part =>
            Assert.Contains(part, error.Message, StringComparison.Ordinal)
        );
        Assert.Contains(
            "2 inputs",
            Assert.Throws<ArgumentException>(() => network.Add("cat", layer, "pool")).Message,
            StringComparison.Ordinal
        );
        Assert.Throws<ArgumentOutOfRangeException>(() => new Concatenate(0));
    }

    [Fact]
    public void Products_take_equal_shapes_or_a_factor_for_each_channel()
    {
        using var network = new Network(new Shape(4, 4, 2));
        network.Add("squeeze", new AdaptiveAveragePooling2D(1, 2));
        using var layer = new Multiply();
        var error = Assert.Throws<ArgumentException>(() => network.Add("scale", layer, Network.InputName, "squeeze"));
        Assert.All(["'scale'", "Multiply", "[1, 1, 2, 2]", "[1, 4, 4, 2]", "[batch, 1, 1, channels]"], part =>
            Assert.Contains(part, error.Message, StringComparison.Ordinal)
        );
    }

    [Fact]
    public void Groups_must_divide_the_channels()
    {
        var options = new Convolution2DOptions
        {
            InputChannels = 6,
            OutputChannels = 4,
            KernelHeight = 1,
            KernelWidth = 1,
        };
        Assert.Throws<ArgumentOutOfRangeException>(() => new Convolution2D(options with { Groups = 0 }));
        foreach (var groups in new[] { 3, 4 })
        {
            var error = Assert.Throws<ArgumentException>(() => new Convolution2D(options with { Groups = groups }));
            Assert.Contains(
                $"{groups} groups do not divide 6 input and 4 output channels",
                error.Message,
                StringComparison.Ordinal
            );
        }
    }

    [Fact]
    public void Impossible_options_are_refused()
    {
        var options = new Convolution2DOptions
        {
            InputChannels = 1,
            OutputChannels = 1,
            KernelHeight = 1,
            KernelWidth = 1,
        };
        Assert.Throws<ArgumentOutOfRangeException>(() => new Convolution2D(options with { Stride = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Convolution2D(options with { Dilation = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Convolution2D(options with { InputChannels = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Convolution2D(options with { KernelWidth = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            new Convolution2D(options with { Padding = new Padding2D(0, -1, 0, 0) })
        );
        Assert.Throws<ArgumentOutOfRangeException>(() => new ZeroPadding2D(new Padding2D(0, 0, 0, -1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Dense(0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new BatchNormalization(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Dropout(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Dropout(float.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => new StochasticDepth(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new AdaptiveAveragePooling2D(0, 1));
        Assert.Throws<ArgumentException>(() =>
            new AveragePooling2D(Window with { RoundUp = true }, countPadding: true)
        );
        Assert.Throws<ArgumentOutOfRangeException>(() => new MaxPooling2D(Window with { Stride = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            new MaxPooling2D(Window with { Padding = Padding2D.Around(-1) })
        );
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            new AveragePooling2D(Window with { Padding = Padding2D.Around(3) })
        );
    }

    private static Convolution2D Convolution(int channels) =>
        new(
            new()
            {
                InputChannels = channels,
                OutputChannels = 1,
                KernelHeight = 3,
                KernelWidth = 3,
            }
        );
}
