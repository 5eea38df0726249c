using Graft.Layers.Autograd;
using Graft.Layers.Linear;
using Graft.Layers.Losses;
using Graft.Layers.Networks;
using Graft.Tensors;
using Graft.Testing;
using Graft.Testing.Oracles;

namespace Graft.Layers.Tests;

public sealed class CrossEntropyLossTests
{
    private static readonly int[] Labels = [2, 0, 4];

    [Fact]
    public void The_loss_is_the_mean_negative_logarithm_of_the_labels_probability()
    {
        using var logits = RandomTensors.Uniform(new Shape(3, 5), new DeterministicRandom(1));
        Assert.Equal(
            ClassificationOracle.CrossEntropy(DoubleTensor.From(logits), Labels),
            CrossEntropyLoss.Mean(logits, Labels),
            1e-7
        );
        using var even = Tensor.Zeros(new Shape(1, 4));
        Assert.Equal(Math.Log(4), CrossEntropyLoss.Mean(even, [3]), 1e-12);
    }

    [Theory]
    [InlineData(1e4f, 0, 0.0)]
    [InlineData(1e4f, 1, 2e4)]
    [InlineData(-1e4f, 0, 2e4)]
    public void Extreme_logits_neither_overflow_nor_underflow(float logit, int label, double expected)
    {
        using var logits = Tensor.From(new Shape(1, 2), [logit, -logit]);
        Assert.Equal(expected, CrossEntropyLoss.Mean(logits, [label]), 1e-9);
    }

    [Fact]
    public void The_gradient_is_that_of_the_loss()
    {
        using var network = new Network(new Shape(5));
        var dense = new Dense(5, 5);
        network.Add("fc", dense);
        for (var i = 0; i < 5; i++)
            dense.Weight.Value.Span[i * 6] = 1;
        using var input = RandomTensors.Uniform(new Shape(3, 5), new DeterministicRandom(2));
        using var workers = new WorkerPool(1);
        using var pass = network.Forward(input, new PassOptions { Workers = workers, InputGradient = true });
        var loss = CrossEntropyLoss.Compute(pass, Labels);
        loss.Backward();

        // Through the identity the input's gradient is the logits'.
        var exact = DoubleTensor.From(input);
        var expected = new double[15];
        for (var i = 0; i < 15; i++)
        {
            var value = exact.Values[i];
            exact.Values[i] = value + 1e-5;
            expected[i] = ClassificationOracle.CrossEntropy(exact, Labels);
            exact.Values[i] = value - 1e-5;
            expected[i] = (expected[i] - ClassificationOracle.CrossEntropy(exact, Labels)) / 2e-5;
            exact.Values[i] = value;
        }

        Closeness.Demand(expected, pass.InputGradient!.Span, 1e-7, "gradient");
    }

    [Fact]
    public void Labels_that_do_not_fit_are_refused()
    {
        using var logits = Tensor.Zeros(new Shape(3, 5));
        Assert.Contains(
            "label 5 is not one of 5 classes",
            Assert.Throws<ArgumentException>(() => CrossEntropyLoss.Mean(logits, [0, 5, 1])).Message,
            StringComparison.Ordinal
        );
        Assert.Throws<ArgumentException>(() => CrossEntropyLoss.Mean(logits, [0, -1, 1]));
        Assert.Contains(
            "2 labels do not fit logits of shape [3, 5]",
            Assert.Throws<ArgumentException>(() => CrossEntropyLoss.Mean(logits, [0, 1])).Message,
            StringComparison.Ordinal
        );
    }
}
