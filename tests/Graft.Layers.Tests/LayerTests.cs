using Graft.Layers.Activations;
using Graft.Layers.Convolution;
using Graft.Layers.Linear;
using Graft.Layers.Merging;
using Graft.Layers.Normalization;
using Graft.Layers.Pooling;
using Graft.Layers.Regularization;
using Graft.Layers.Reshaping;
using Graft.Tensors;
using Graft.Testing;
using Graft.Testing.Oracles;

namespace Graft.Layers.Tests;

/// <summary>
/// Every layer's output against its oracle, and its gradients against the oracle's numeric derivatives.
/// </summary>
public sealed class LayerTests
{
    /// <summary>Kernel height and width, stride, dilation, padding (top, left, bottom, right).</summary>
    public static TheoryData<int, int, int, int, Padding2D> Convolutions =>
        new()
        {
            { 1, 1, 1, 1, Padding2D.None },
            { 1, 1, 2, 1, Padding2D.None },
            { 3, 3, 1, 1, Padding2D.Around(1) },
            { 3, 3, 2, 1, new Padding2D(0, 0, 1, 1) },
            { 2, 3, 1, 2, new Padding2D(2, 0, 1, 3) },
            { 5, 4, 3, 1, new Padding2D(1, 2, 0, 1) },
        };

    [Theory]
    [MemberData(nameof(Convolutions))]
    public void Convolution(int height, int width, int stride, int dilation, Padding2D padding)
    {
        using var layer = new Convolution2D(
            new()
            {
                InputChannels = 3,
                OutputChannels = 5,
                KernelHeight = height,
                KernelWidth = width,
                Stride = stride,
                Dilation = dilation,
                Padding = padding,
            }
        );
        var window = new Window(height, width)
        {
            StrideHeight = stride,
            StrideWidth = stride,
            DilationHeight = dilation,
            DilationWidth = dilation,
            Padding = padding,
        };
        Check(layer, [new Shape(2, 6, 7, 3)], (inputs, parameters) =>
            ConvolutionOracle.Apply(inputs[0], parameters[0], parameters[1], window)
        );
    }

    [Fact]
    public void Convolution_without_bias_over_many_pixels()
    {
        // More pixels than the weight's gradient takes at a time.
        using var layer = new Convolution2D(
            new()
            {
                InputChannels = 1,
                OutputChannels = 1,
                KernelHeight = 2,
                KernelWidth = 2,
                HasBias = false,
            }
        );
        Check(layer, [new Shape(1, 24, 24, 1)], (inputs, parameters) =>
            ConvolutionOracle.Apply(inputs[0], parameters[0], null, new Window(2, 2))
        );
    }

    [Fact]
    public void Not_a_number_is_hidden_by_no_layer()
    {
        Layer[] layers =
        [
            new ReLU(),
            new ReLU(6),
            new MaxPooling2D(
                new()
                {
                    Height = 2,
                    Width = 2,
                    Stride = 2,
                }
            ),
            new AveragePooling2D(
                new()
                {
                    Height = 2,
                    Width = 2,
                    Stride = 2,
                }
            ),
            new GlobalAveragePooling2D(),
            new Convolution2D(
                new()
                {
                    InputChannels = 3,
                    OutputChannels = 1,
                    KernelHeight = 2,
                    KernelWidth = 2,
                }
            ),
            new BatchNormalization(3),
            new ZeroPadding2D(Padding2D.Around(1)),
            new Flatten(),
            new ImageToTokens(),
        ];
        using var workers = new WorkerPool(1);
        for (var place = 0; place < 4 * 4 * 3; place++)
        {
            using var input = Tensor.Zeros(new Shape(1, 4, 4, 3));
            input.Span[place] = float.NaN;
            foreach (var layer in layers)
            {
                using var output = Tensor.Uninitialized(layer.OutputShape([input.Shape]));
                var pass = new LayerPass([input], output, workers);
                layer.Forward(pass);
                pass.Saved?.Dispose();
                Assert.Contains(output.Span.ToArray(), float.IsNaN);
            }
        }

        foreach (var layer in layers)
            layer.Dispose();
    }

    /// <summary>Groups, input and output channels, kernel size, stride, dilation.</summary>
    [Theory]
    [InlineData(2, 4, 6, 3, 1, 1)]
    [InlineData(3, 6, 3, 2, 2, 1)]
    [InlineData(4, 4, 8, 3, 1, 1)] // depthwise with two outputs for each input
    [InlineData(5, 5, 5, 3, 1, 1)] // depthwise
    [InlineData(9, 9, 9, 3, 2, 1)]
    [InlineData(4, 4, 4, 5, 1, 1)]
    [InlineData(3, 3, 3, 2, 1, 2)]
    public void Convolution_in_groups(int groups, int inputs, int outputs, int kernel, int stride, int dilation)
    {
        var padding = new Padding2D(1, 2, 2, 1);
        using var layer = new Convolution2D(
            new()
            {
                InputChannels = inputs,
                OutputChannels = outputs,
                KernelHeight = kernel,
                KernelWidth = kernel,
                Stride = stride,
                Dilation = dilation,
                Padding = padding,
                Groups = groups,
            }
        );
        Assert.Equal(new Shape(kernel, kernel, inputs / groups, outputs), layer.Weight.Value.Shape);
        var window = new Window(kernel, kernel)
        {
            StrideHeight = stride,
            StrideWidth = stride,
            DilationHeight = dilation,
            DilationWidth = dilation,
            Padding = padding,
        };
        Check(layer, [new Shape(2, 5, 6, inputs)], (values, parameters) =>
            ConvolutionOracle.Apply(values[0], parameters[0], parameters[1], window, groups)
        );
    }

    [Fact]
    public void Depthwise_convolution_over_many_pixels_and_channels()
    {
        // More pixels than the weight's gradient sums up at a time, more channels than one task has.
        using var layer = new Convolution2D(
            new()
            {
                InputChannels = 70,
                OutputChannels = 70,
                KernelHeight = 1,
                KernelWidth = 2,
                Groups = 70,
                HasBias = false,
            }
        );
        Check(layer, [new Shape(1, 2, 4, 70)], (inputs, parameters) =>
            ConvolutionOracle.Apply(inputs[0], parameters[0], null, new Window(1, 2), 70)
        );
        using var narrow = new Convolution2D(
            new()
            {
                InputChannels = 2,
                OutputChannels = 2,
                KernelHeight = 2,
                KernelWidth = 2,
                Groups = 2,
                HasBias = false,
            }
        );
        Check(narrow, [new Shape(1, 24, 24, 2)], (inputs, parameters) =>
            ConvolutionOracle.Apply(inputs[0], parameters[0], null, new Window(2, 2), 2)
        );
    }

    [Fact]
    public void Dense()
    {
        using var layer = new Dense(9, 17);
        Check(layer, [new Shape(3, 9)], (inputs, parameters) =>
            DenseOracle.Apply(inputs[0], parameters[0], parameters[1])
        );
    }

    [Fact]
    public void Zero_padding()
    {
        using var layer = new ZeroPadding2D(new Padding2D(1, 2, 3, 0));
        Check(layer, [new Shape(2, 3, 4, 2)], (inputs, _) =>
        {
            var output = new DoubleTensor(2, 7, 6, 2);
            for (var i = 0; i < inputs[0].Values.Length; i++)
            {
                var (rest, c) = Math.DivRem(i, 2);
                var (row, x) = Math.DivRem(rest, 4);
                var (b, y) = Math.DivRem(row, 3);
                output[b, y + 1, x + 2, c] = inputs[0].Values[i];
            }

            return output;
        });
    }

    [Theory]
    [InlineData(float.PositiveInfinity)]
    [InlineData(0.4987f)]
    public void ReLU_with_and_without_a_maximum(float maximum)
    {
        using var layer = new ReLU(maximum);
        Check(layer, [new Shape(2, 3, 5, 7)], (inputs, _) =>
            Map(inputs[0], value => Math.Min(maximum, Math.Max(0, value)))
        );
    }

    [Fact]
    public void Smooth_activations()
    {
        using var sigmoid = new Sigmoid();
        CheckActivation(sigmoid, value => 1 / (1 + Math.Exp(-value)));
        using var swish = new Swish();
        CheckActivation(swish, value => value / (1 + Math.Exp(-value)));
        using var hardSigmoid = new HardSigmoid();
        CheckActivation(hardSigmoid, value => Math.Clamp(value + 3, 0, 6) / 6);
        using var hardSwish = new HardSwish();
        CheckActivation(hardSwish, value => value * Math.Clamp(value + 3, 0, 6) / 6);
    }

    [Fact]
    public void Concatenation_of_images_and_of_rows()
    {
        using var three = new Concatenate(3);
        Check(three, [new Shape(2, 3, 2, 4), new Shape(2, 3, 2, 1), new Shape(2, 3, 2, 7)], (inputs, _) =>
            Side(inputs, new DoubleTensor(2, 3, 2, 12))
        );
        using var two = new Concatenate(2);
        Check(two, [new Shape(300, 2), new Shape(300, 1)], (inputs, _) => Side(inputs, new DoubleTensor(300, 3)));
        using var one = new Concatenate(1);
        Check(one, [new Shape(2, 5)], (inputs, _) => inputs[0]);

        static DoubleTensor Side(IReadOnlyList<DoubleTensor> inputs, DoubleTensor output)
        {
            var pixels = output.Values.Length / output.Shape[^1];
            var values = Enumerable
                .Range(0, pixels)
                .SelectMany(pixel =>
                    inputs.SelectMany(input => input.Values.Skip(pixel * input.Shape[^1]).Take(input.Shape[^1]))
                );
            values.ToArray().CopyTo(output.Values, 0);
            return output;
        }
    }

    [Fact]
    public void Softmax_of_rows()
    {
        using var layer = new Softmax();
        Check(layer, [new Shape(3, 5)], (inputs, _) => ClassificationOracle.Softmax(inputs[0]));
    }

    [Fact]
    public void Softmax_of_extreme_logits_stays_finite()
    {
        var probabilities = new float[3];
        Softmax.Apply([1e4f, -1e4f, 1e4f], probabilities);
        Assert.Equal([0.5f, 0, 0.5f], probabilities);
        Softmax.Apply([float.NaN, 0, 0], probabilities);
        Assert.All(probabilities, value => Assert.True(float.IsNaN(value)));
    }

    [Theory]
    [InlineData(2, 2, 2, 0)]
    [InlineData(3, 3, 2, 1)]
    [InlineData(3, 2, 1, 1)]
    public void Pooling(int height, int width, int stride, int padding)
    {
        var options = new Pooling2DOptions
        {
            Height = height,
            Width = width,
            Stride = stride,
            Padding = Padding2D.Around(padding),
        };
        var window = new Window(height, width)
        {
            StrideHeight = stride,
            StrideWidth = stride,
            Padding = Padding2D.Around(padding),
        };
        Shape[] inputs = [new Shape(2, 5, 6, 3)];
        using var maximum = new MaxPooling2D(options);
        Check(maximum, inputs, (values, _) => PoolingOracle.Maximum(values[0], window));
        foreach (var countPadding in new[] { false, true })
        {
            using var average = new AveragePooling2D(options, countPadding);
            Check(average, inputs, (values, _) => PoolingOracle.Average(values[0], window, countPadding));
        }
    }

    [Fact]
    public void Global_average_pooling()
    {
        using var layer = new GlobalAveragePooling2D();
        Check(layer, [new Shape(2, 3, 4, 5)], (inputs, _) => PoolingOracle.GlobalAverage(inputs[0]));
    }

    [Fact]
    public void Sum_of_two()
    {
        using var layer = new Add();
        Check(layer, [new Shape(2, 3, 5), new Shape(2, 3, 5)], (inputs, _) =>
        {
            var sum = new DoubleTensor(inputs[0].Shape);
            for (var i = 0; i < sum.Values.Length; i++)
                sum.Values[i] = inputs[0].Values[i] + inputs[1].Values[i];
            return sum;
        });
    }

    [Fact]
    public void Flattening()
    {
        using var layer = new Flatten();
        Check(layer, [new Shape(2, 3, 4, 5)], (inputs, _) =>
        {
            var flat = new DoubleTensor(2, 60);
            inputs[0].Values.CopyTo(flat.Values, 0);
            return flat;
        });
    }

    [Fact]
    public void Each_pixel_becomes_a_token_row_by_row()
    {
        using var layer = new ImageToTokens();
        Check(layer, [new Shape(2, 3, 4, 5)], (inputs, _) =>
        {
            var tokens = new DoubleTensor(2, 12, 5);
            for (var image = 0; image < 2; image++)
            for (var y = 0; y < 3; y++)
            for (var x = 0; x < 4; x++)
            for (var c = 0; c < 5; c++)
                tokens.Values[(((image * 12) + (y * 4) + x) * 5) + c] = inputs[0][image, y, x, c];
            return tokens;
        });
    }

    [Fact]
    public void Dropout_that_evaluates_changes_nothing()
    {
        using var layer = new Dropout(0.5f);
        Check(layer, [new Shape(2, 9)], (inputs, _) => inputs[0]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Channel_normalization(bool reverse)
    {
        using var layer = new ChannelNormalization(reverse, 0.5f, [0.25f, -1, 2], [1, 0.5f, 4]);
        double[] mean = [0.25, -1, 2];
        double[] deviation = [1, 0.5, 4];
        Check(layer, [new Shape(2, 3, 2, 3)], (inputs, _) =>
        {
            var output = new DoubleTensor(inputs[0].Shape);
            for (var i = 0; i < output.Values.Length; i++)
            {
                var (pixel, c) = Math.DivRem(i, 3);
                output.Values[i] =
                    ((inputs[0].Values[(pixel * 3) + (reverse ? 2 - c : c)] * 0.5) - mean[c]) / deviation[c];
            }

            return output;
        });
    }

    /// <summary>From -5 to 5, away from the kinks of the hard ones.</summary>
    private static void CheckActivation(Layer layer, Func<double, double> function)
    {
        using var input = RandomTensors.Distinct(new Shape(2, 3, 5, 7), new DeterministicRandom(18));
        foreach (ref var value in input.Span)
            value *= 5;
        LayerHarness.Check(layer, [input], (inputs, _) => Map(inputs[0], function));
    }

    private static DoubleTensor Map(DoubleTensor values, Func<double, double> map)
    {
        var result = new DoubleTensor(values.Shape);
        for (var i = 0; i < result.Values.Length; i++)
            result.Values[i] = map(values.Values[i]);
        return result;
    }

    private static void Check(Layer layer, Shape[] shapes, LayerOracle oracle)
    {
        var random = new DeterministicRandom(17);
        foreach (var parameter in layer.Parameters)
            RandomTensors.FillUniform(parameter.Value.Span, random);
        var inputs = shapes.Select(shape => RandomTensors.Distinct(shape, random)).ToArray();
        LayerHarness.Check(layer, inputs, oracle);
        foreach (var input in inputs)
            input.Dispose();
    }
}
