using System.Text.Json;
using Graft.Layers.Activations;
using Graft.Layers.Autograd;
using Graft.Layers.Convolution;
using Graft.Layers.Linear;
using Graft.Layers.Losses;
using Graft.Layers.Merging;
using Graft.Layers.Networks;
using Graft.Layers.Normalization;
using Graft.Layers.Pooling;
using Graft.Layers.Reshaping;
using Graft.Tensors;

namespace Graft.Layers.Tests.Reference;

/// <summary>
/// Gradients of blocks and of small networks against PyTorch's; make_gradients.py made the numbers. Batch normalisation
/// with its running statistics (fused into convolutions) and with the batch's.
/// </summary>
public sealed class GradientTests
{
    private const double Tolerance = 1e-4;

    private static readonly JsonElement Expected = JsonDocument
        .Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Reference", "gradients.json")))
        .RootElement;

    public static TheoryData<string, bool> Cases
    {
        get
        {
            var cases = new TheoryData<string, bool>();
            foreach (
                var name in new[]
                {
                    "bottleneck_block",
                    "vgg_block",
                    "inverted_residual_block",
                    "small_resnet",
                    "small_mobilenet",
                }
            )
            {
                cases.Add(name, false);
                cases.Add(name, true);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Gradients_are_PyTorchs(string name, bool statistics)
    {
        var (network, batch) = Build(name);
        using var owned = network;
        Fill(network);
        foreach (var normalization in network.Nodes.Select(node => node.Layer).OfType<BatchNormalization>())
            normalization.StatisticsFrozen = !statistics;
        var expected = Expected.GetProperty(statistics ? $"{name} with statistics" : name);
        var shape = new Shape([batch, .. network.InputShape.Dimensions]);
        using var input = Tensor.From(shape, Numbers((int)shape.ElementCount, 1001, 0, 1));
        using var workers = new WorkerPool(2);
        using var pass = network.Forward(
            input,
            new PassOptions
            {
                Workers = workers,
                Training = true,
                InputGradient = true,
            }
        );
        var loss = CrossEntropyLoss.Compute(
            pass,
            [.. Enumerable.Range(0, batch).Select(image => image % network.OutputShape[0])]
        );
        Assert.Equal(expected.GetProperty("loss").GetDouble(), loss.Value, 1e-5);
        loss.Backward();
        var gradients = network
            .Parameters.Where(pair => pair.Value.Trainable)
            .ToDictionary(pair => pair.Key, pair => pair.Value.RequireGradient());
        gradients.Add(Network.InputName, pass.InputGradient!);
        var reference = expected
            .GetProperty("gradients")
            .EnumerateObject()
            .ToDictionary(property => property.Name, property => property.Value);
        Assert.Equal(reference.Keys.Order(StringComparer.Ordinal), gradients.Keys.Order(StringComparer.Ordinal));
        foreach (var (parameter, values) in reference)
            Near(parameter, values, gradients[parameter], statistics);
    }

    private static void Near(string name, JsonElement expected, Tensor actual, bool statistics)
    {
        var norm = expected.GetProperty("norm").GetDouble();
        var length = Math.Sqrt(actual.Span.ToArray().Sum(value => (double)value * value));
        if (statistics && norm < 1e-10)
        {
            // A bias before a normalisation that measures the batch has no influence: rounding is all there is.
            Assert.True(length < 1e-5, $"{name}: norm {length}");
            return;
        }

        Assert.True(Math.Abs(length - norm) < Tolerance * norm, $"{name}: norm {length}, expected {norm}");
        var values = expected.GetProperty("values").EnumerateArray().Select(value => value.GetDouble()).ToArray();
        var step = Math.Max(1, actual.Length / 10);
        double difference = 0,
            size = 0;
        for (var i = 0; i < values.Length; i++)
        {
            difference += Math.Pow(actual.Span[i * step] - values[i], 2);
            size += values[i] * values[i];
        }

        Assert.True(
            Math.Sqrt(difference) < Tolerance * Math.Sqrt(size),
            $"{name}: relative distance {Math.Sqrt(difference / size)}"
        );
    }

    private static (Network Network, int Batch) Build(string name)
    {
        Network network;
        switch (name)
        {
            case "bottleneck_block":
                network = new Network(new Shape(9, 10, 24));
                Bottleneck(network, "a", 24, 16, 40, 2);
                Bottleneck(network, "b", 40, 16, 40, 1);
                Classify(network, 5);
                return (network, 3);
            case "vgg_block":
                network = new Network(new Shape(12, 13, 16));
                network.Add("conv1", Convolution(3, 16, 20));
                network.Add("relu1", new ReLU());
                network.Add("conv2", Convolution(3, 20, 33));
                network.Add("relu2", new ReLU());
                network.Add(
                    "pool",
                    new MaxPooling2D(
                        new()
                        {
                            Height = 2,
                            Width = 2,
                            Stride = 2,
                        }
                    )
                );
                network.Add("flatten", new Flatten());
                network.Add("fc1", new Dense(6 * 6 * 33, 19));
                network.Add("relu3", new ReLU());
                network.Add("fc2", new Dense(19, 3));
                return (network, 2);
            case "inverted_residual_block":
                network = new Network(new Shape(8, 9, 12));
                InvertedResidual(network, "a", 12, 3, 12, 1);
                InvertedResidual(network, "b", 12, 4, 20, 2);
                Classify(network, 4);
                return (network, 3);
            case "small_resnet":
                network = new Network(new Shape(32, 32, 3));
                network.Add("conv1", Convolution(7, 3, 16, 2));
                network.Add("bn1", new BatchNormalization(16, 1e-3f));
                network.Add("relu", new ReLU());
                network.Add(
                    "maxpool",
                    new MaxPooling2D(
                        new()
                        {
                            Height = 3,
                            Width = 3,
                            Stride = 2,
                            Padding = Padding2D.Around(1),
                        }
                    )
                );
                Bottleneck(network, "layer1.0", 16, 16, 32, 1);
                Bottleneck(network, "layer1.1", 32, 16, 32, 1);
                Bottleneck(network, "layer2.0", 32, 24, 48, 2);
                Classify(network, 6);
                return (network, 4);
            default:
                network = new Network(new Shape(24, 24, 3));
                network.Add("stem", Convolution(3, 3, 16, 2));
                network.Add("stem.bn", new BatchNormalization(16, 1e-3f));
                network.Add("stem.relu", new ReLU(6));
                InvertedResidual(network, "a", 16, 1, 8, 1);
                InvertedResidual(network, "b", 8, 6, 12, 2);
                InvertedResidual(network, "c", 12, 6, 12, 1);
                network.Add("last", Convolution(1, 12, 40));
                network.Add("last.bn", new BatchNormalization(40, 1e-3f));
                network.Add("last.relu", new ReLU(6));
                Classify(network, 3);
                return (network, 4);
        }
    }

    private static void Bottleneck(Network network, string name, int inputs, int inner, int outputs, int stride)
    {
        var start = network.OutputName;
        network.Add($"{name}.conv1", Convolution(1, inputs, inner, stride));
        network.Add($"{name}.bn1", new BatchNormalization(inner, 1e-3f));
        network.Add($"{name}.relu1", new ReLU());
        network.Add($"{name}.conv2", Convolution(3, inner, inner));
        network.Add($"{name}.bn2", new BatchNormalization(inner, 1e-3f));
        network.Add($"{name}.relu2", new ReLU());
        network.Add($"{name}.conv3", Convolution(1, inner, outputs));
        var last = network.Add($"{name}.bn3", new BatchNormalization(outputs, 1e-3f));
        var shortcut = start;
        if (inputs != outputs || stride != 1)
        {
            network.Add($"{name}.down", Convolution(1, inputs, outputs, stride), start);
            shortcut = network.Add($"{name}.bnd", new BatchNormalization(outputs, 1e-3f));
        }

        network.Add($"{name}.add", new Add(), last, shortcut);
        network.Add($"{name}.relu3", new ReLU());
    }

    private static void InvertedResidual(
        Network network,
        string name,
        int inputs,
        int expansion,
        int outputs,
        int stride
    )
    {
        var (start, inner) = (network.OutputName, inputs * expansion);
        network.Add($"{name}.expand", Convolution(1, inputs, inner));
        network.Add($"{name}.bn1", new BatchNormalization(inner, 1e-3f));
        network.Add($"{name}.relu1", new ReLU(6));
        network.Add($"{name}.depthwise", Convolution(3, inner, inner, stride, inner));
        network.Add($"{name}.bn2", new BatchNormalization(inner, 1e-3f));
        network.Add($"{name}.relu2", new ReLU(6));
        network.Add($"{name}.project", Convolution(1, inner, outputs));
        var last = network.Add($"{name}.bn3", new BatchNormalization(outputs, 1e-3f));
        if (inputs == outputs && stride == 1)
            network.Add($"{name}.add", new Add(), start, last);
    }

    private static void Classify(Network network, int classes)
    {
        network.Add("pool", new GlobalAveragePooling2D());
        network.Add("fc", new Dense(network.OutputShape[0], classes));
    }

    private static Convolution2D Convolution(int kernel, int inputs, int outputs, int stride = 1, int groups = 1) =>
        new(
            new()
            {
                InputChannels = inputs,
                OutputChannels = outputs,
                KernelHeight = kernel,
                KernelWidth = kernel,
                Stride = stride,
                Padding = Padding2D.Around(kernel / 2),
                Groups = groups,
            }
        );

    /// <summary>The formulas of make_gradients.py.</summary>
    private static void Fill(Network network)
    {
        var offset = 0;
        foreach (var (_, parameter) in network.Parameters)
        {
            var value = parameter.Value;
            var (centre, reach) = parameter.Role switch
            {
                ParameterRole.Weight => (0.0, Math.Sqrt(6.0 / (value.Length / value.Shape[^1]))),
                ParameterRole.Scale => (1, 0.25),
                ParameterRole.Buffer when parameter.Name == "running_var" => (1, 0.5),
                _ => (0, 0.1),
            };
            Numbers(value.Length, ++offset, centre, reach).CopyTo(value.Span);
        }
    }

    private static float[] Numbers(int count, int offset, double centre, double reach)
    {
        var numbers = new float[count];
        for (var i = 0; i < count; i++)
        {
            var hash = (uint)(((i + 1L) * 2654435761L) + (offset * 40503L));
            numbers[i] = (float)(centre + (reach * (((hash >> 8) / 8388608.0) - 1)));
        }

        return numbers;
    }
}
