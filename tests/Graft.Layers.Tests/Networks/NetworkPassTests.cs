using Graft.Layers.Activations;
using Graft.Layers.Autograd;
using Graft.Layers.Linear;
using Graft.Layers.Losses;
using Graft.Layers.Merging;
using Graft.Layers.Networks;
using Graft.Layers.Normalization;
using Graft.Layers.Regularization;
using Graft.Tensors;
using Graft.Testing;

namespace Graft.Layers.Tests.Networks;

public sealed class NetworkPassTests
{
    [Fact]
    public void Gradients_of_a_residual_network_are_the_slopes_of_its_loss()
    {
        using var network = Residual();
        using var input = RandomTensors.Uniform(new Shape(6, 5), new DeterministicRandom(2));
        using var workers = new WorkerPool(2);
        int[] labels = [0, 1, 2, 1, 0, 2];
        Backward(network, input, labels, workers);
        foreach (var (name, parameter) in network.Parameters.Where(parameter => parameter.Value.Trainable))
        {
            // In float arithmetic a loss has about seven digits, so the step must be wide.
            const float Step = 1e-2f;
            var values = parameter.Value.Span;
            for (var i = 0; i < values.Length; i++)
            {
                var value = values[i];
                values[i] = value + Step;
                var above = Loss(network, input, labels, workers);
                values[i] = value - Step;
                var below = Loss(network, input, labels, workers);
                values[i] = value;
                Assert.True(
                    Math.Abs(((above - below) / (2 * Step)) - parameter.Gradient!.Span[i]) < 2e-3,
                    $"{name}[{i}]: {(above - below) / (2 * Step)} and {parameter.Gradient!.Span[i]}"
                );
            }
        }
    }

    [Fact]
    public void Gradients_of_several_passes_add_up()
    {
        using var network = Residual();
        using var input = RandomTensors.Uniform(new Shape(3, 5), new DeterministicRandom(2));
        using var workers = new WorkerPool(1);
        Backward(network, input, [0, 1, 2], workers);
        var once = network["a"].Layer.Parameters[0].Gradient!.Span.ToArray();
        Backward(network, input, [0, 1, 2], workers);
        Closeness.Demand(
            Array.ConvertAll(once, value => 2.0 * value),
            network["a"].Layer.Parameters[0].Gradient!.Span,
            1e-6,
            "gradient"
        );
    }

    [Fact]
    public void Frozen_parameters_get_no_gradient_and_layers_below_them_are_not_visited()
    {
        using var network = Residual();
        foreach (var parameter in network["a"].Layer.Parameters.Concat(network["b"].Layer.Parameters))
            parameter.Trainable = false;
        using var input = RandomTensors.Uniform(new Shape(3, 5), new DeterministicRandom(2));
        using var workers = new WorkerPool(1);
        Backward(network, input, [0, 1, 2], workers);
        foreach (var (name, parameter) in network.Parameters)
            Assert.Equal(name.StartsWith("fc", StringComparison.Ordinal), parameter.Gradient is not null);
    }

    [Fact]
    public void A_frozen_normalization_is_the_same_to_the_byte_after_training()
    {
        using var network = new Network(new Shape(4));
        network.Add("bn", new BatchNormalization(4));
        network.Add("fc", new Dense(4, 2));
        var frozen = network["bn"].Layer.Parameters;
        foreach (var parameter in frozen)
            parameter.Trainable = false;
        var before = frozen.Select(parameter => parameter.Value.Span.ToArray()).ToArray();
        using var input = RandomTensors.Uniform(new Shape(8, 4), new DeterministicRandom(5));
        using var workers = new WorkerPool(1);
        using var pass = network.Forward(input, new PassOptions { Workers = workers, Training = true });
        CrossEntropyLoss.Compute(pass, [0, 1, 0, 1, 0, 1, 0, 1]).Backward();
        for (var i = 0; i < before.Length; i++)
            Assert.True(Closeness.SameBits(before[i], frozen[i].Value.Span));
    }

    [Fact]
    public void The_number_of_threads_changes_no_bit_of_a_gradient()
    {
        float[][]? expected = null;
        for (var threads = 1; threads <= 3; threads++)
        {
            using var workers = new WorkerPool(threads);
            using var network = Residual();
            using var input = RandomTensors.Uniform(new Shape(40, 5), new DeterministicRandom(2));
            Backward(network, input, [.. Enumerable.Range(0, 40).Select(row => row % 3)], workers);
            var actual = network.Parameters.Select(parameter => parameter.Value.Gradient!.Span.ToArray()).ToArray();
            expected ??= actual;
            for (var i = 0; i < actual.Length; i++)
                Assert.True(Closeness.SameBits(expected[i], actual[i]));
        }
    }

    [Fact]
    public void A_gradient_of_another_shape_is_refused()
    {
        using var network = Residual();
        using var input = Tensor.Zeros(new Shape(3, 5));
        using var workers = new WorkerPool(1);
        using var pass = network.Forward(input, new PassOptions { Workers = workers });
        using var gradient = Tensor.Zeros(new Shape(3, 4));
        Assert.Contains(
            "[3, 4]",
            Assert.Throws<ArgumentException>(() => pass.Backward(gradient)).Message,
            StringComparison.Ordinal
        );
    }

    private static double Loss(Network network, Tensor input, int[] labels, WorkerPool workers)
    {
        using var pass = network.Forward(input, new PassOptions { Workers = workers });
        return CrossEntropyLoss.Compute(pass, labels).Value;
    }

    private static void Backward(Network network, Tensor input, int[] labels, WorkerPool workers)
    {
        using var pass = network.Forward(input, new PassOptions { Workers = workers });
        CrossEntropyLoss.Compute(pass, labels).Backward();
    }

    /// <summary>Two branches from one node, smooth: squashed by softmax, not by a rectifier.</summary>
    private static Network Residual()
    {
        var network = new Network(new Shape(5));
        network.Add("a", new Dense(5, 4));
        network.Add("softmax", new Softmax());
        network.Add("b", new Dense(4, 4));
        network.Add("dropout", new Dropout(0.5f));
        network.Add("sum", new Add(), "dropout", "a");
        network.Add("twice", new Add(), "sum", "sum");
        network.Add("fc", new Dense(4, 3));
        var random = new DeterministicRandom(1);
        foreach (var (_, parameter) in network.Parameters)
            RandomTensors.FillUniform(parameter.Value.Span, random);
        return network;
    }
}
