using System.Text.Json;
using Graft.Layers.Activations;
using Graft.Layers.Autograd;
using Graft.Layers.Convolution;
using Graft.Layers.Linear;
using Graft.Layers.Losses;
using Graft.Layers.Merging;
using Graft.Layers.Networks;
using Graft.Layers.Normalization;
using Graft.Layers.Optimizers;
using Graft.Layers.Pooling;
using Graft.Layers.Regularization;
using Graft.Tensors;
using Graft.Testing;

namespace Graft.Layers.Tests.Reference;

/// <summary>Against numbers that PyTorch computed; make_reference.py made them.</summary>
public sealed class PyTorchTests
{
    private static readonly JsonElement Expected = JsonDocument
        .Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Reference", "reference.json")))
        .RootElement;

    [Fact]
    public void Gradients_of_a_dense_head()
    {
        using var network = new Network(new Shape(32));
        network.Add("fc1", new Dense(32, 9));
        network.Add("relu", new ReLU());
        network.Add("dropout", new Dropout(0));
        network.Add("fc2", new Dense(9, 2));
        Check("denseHead", network, 0.3, [0, 1, 1, 0]);
    }

    [Fact]
    public void Gradients_of_a_convolution_head()
    {
        using var network = new Network(new Shape(4, 5, 6));
        network.Add(
            "conv",
            new Convolution2D(
                new()
                {
                    InputChannels = 6,
                    OutputChannels = 7,
                    KernelHeight = 2,
                    KernelWidth = 2,
                }
            )
        );
        network.Add("dropout", new Dropout(0));
        network.Add("pool", new GlobalAveragePooling2D());
        network.Add("fc", new Dense(7, 3));
        Check("convolutionHead", network, 0.3, [2, 0, 1]);
    }

    [Fact]
    public void Gradients_of_a_bottleneck_block_that_trains_its_normalizations()
    {
        using var network = new Network(new Shape(5, 5, 4));
        network.Add("conv1", Convolution(4, 3, 1, stride: 2));
        network.Add("bn1", new BatchNormalization(3, 1e-3f));
        network.Add("relu1", new ReLU());
        network.Add("conv2", Convolution(3, 3, 3));
        network.Add("bn2", new BatchNormalization(3, 1e-3f));
        network.Add("relu2", new ReLU());
        network.Add("conv3", Convolution(3, 8, 1));
        network.Add("bn3", new BatchNormalization(8, 1e-3f));
        network.Add("down", Convolution(4, 8, 1, stride: 2), Network.InputName);
        network.Add("bnd", new BatchNormalization(8, 1e-3f));
        network.Add("add", new Add(), "bn3", "bnd");
        network.Add("relu3", new ReLU());
        network.Add("pool", new GlobalAveragePooling2D());
        network.Add("fc", new Dense(8, 3));
        Check("bottleneck", network, 0.5, [1, 2]);
    }

    [Fact]
    public void Twenty_steps_of_Adam()
    {
        using var parameter = new Parameter("value", ParameterRole.Weight, Tensor.From(new Shape(5), Numbers(5, 1, 1)));
        using var adam = new Adam([KeyValuePair.Create("value", parameter)], 0.05);
        var target = Numbers(5, 2, 1);
        double[] factors = [1, 1e-3, 100, 0, 1];
        var steps = Expected.GetProperty("adam").EnumerateArray().Select(Doubles).ToArray();
        Assert.Equal(20, steps.Length);
        foreach (var expected in steps)
        {
            adam.ZeroGradients();
            var gradient = parameter.RequireGradient().Span;
            for (var i = 0; i < 5; i++)
                gradient[i] = (float)(2 * factors[i] * ((double)parameter.Value.Span[i] - target[i]));
            adam.Step();
            Closeness.Demand(expected, parameter.Value.Span, 2e-6, "parameters");
        }

        Assert.Equal(Numbers(5, 1, 1)[3], parameter.Value.Span[3]);
    }

    private static Convolution2D Convolution(int inputs, int outputs, int kernel, int stride = 1) =>
        new(
            new()
            {
                InputChannels = inputs,
                OutputChannels = outputs,
                KernelHeight = kernel,
                KernelWidth = kernel,
                Stride = stride,
                Padding = Padding2D.Around(kernel / 2),
            }
        );

    private static void Check(string name, Network network, double scale, int[] labels)
    {
        var expected = Expected.GetProperty(name);
        var gradients = expected
            .GetProperty("gradients")
            .EnumerateObject()
            .ToDictionary(property => property.Name, property => Doubles(property.Value));
        var parameters = network.Parameters.ToDictionary(StringComparer.Ordinal);
        var offset = 1;
        foreach (var trained in gradients.Keys)
        {
            var value = parameters[trained].Value;
            Numbers(value.Length, offset++, scale).CopyTo(value.Span);
        }

        Assert.Equal(
            gradients.Keys.Order(StringComparer.Ordinal),
            parameters
                .Where(parameter => parameter.Value.Trainable)
                .Select(parameter => parameter.Key)
                .Order(StringComparer.Ordinal)
        );
        var shape = new Shape([labels.Length, .. network.InputShape.Dimensions]);
        using var input = Tensor.From(shape, Numbers((int)shape.ElementCount, 100, 1));
        using var workers = new WorkerPool(2);
        using var pass = network.Forward(
            input,
            new PassOptions
            {
                Workers = workers,
                Training = true,
                InputGradient = true,
                Random = new DeterministicRandom(1),
            }
        );
        var loss = CrossEntropyLoss.Compute(pass, labels);
        Assert.Equal(expected.GetProperty("loss").GetDouble(), loss.Value, 1e-5);
        loss.Backward();
        foreach (var (parameter, gradient) in gradients)
            Near(parameter, gradient, parameters[parameter].RequireGradient());
        Near("input", Doubles(expected.GetProperty("inputGradient")), pass.InputGradient!);
    }

    private static void Near(string name, double[] expected, Tensor actual)
    {
        var norm = Math.Sqrt(expected.Sum(value => value * value));
        var distance = Closeness.RelativeDistance(Array.ConvertAll(expected, value => (float)value), actual.Span);

        // A bias before a batch normalisation has no gradient: rounding is all there is.
        Assert.True(
            norm < 1e-10 ? actual.Span.ToArray().All(value => Math.Abs(value) < 1e-6) : distance < 1e-4,
            $"{name}: relative distance {distance}, norm {norm}"
        );
    }

    private static double[] Doubles(JsonElement array) =>
        [.. array.EnumerateArray().Select(value => value.GetDouble())];

    /// <summary>The formula of make_reference.py.</summary>
    internal static float[] Numbers(int count, int offset, double scale)
    {
        var numbers = new float[count];
        for (var i = 0; i < count; i++)
        {
            var hash = (uint)(((i + 1L) * 2654435761L) + (offset * 40503L));
            numbers[i] = (float)((((hash >> 8) / 8388608.0) - 1) * scale);
        }

        return numbers;
    }
}
