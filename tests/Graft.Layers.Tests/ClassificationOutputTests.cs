using Graft.Layers.Activations;
using Graft.Layers.Autograd;
using Graft.Layers.Linear;
using Graft.Layers.Losses;
using Graft.Layers.Networks;
using Graft.Layers.Pooling;
using Graft.Tensors;

namespace Graft.Layers.Tests;

public sealed class ClassificationOutputTests
{
    [Theory]
    [InlineData("logits")]
    [InlineData("softmax")]
    [InlineData("log-softmax")]
    public void Probabilities_and_class_do_not_depend_on_how_a_head_ends(string ending)
    {
        using var network = new Network(new Shape(3));
        network.Add("fc", new Dense(3, 3));
        if (ending != "logits")
            network.Add("end", ending == "softmax" ? new Softmax() : new LogSoftmax());
        for (var i = 0; i < 3; i++)
            network["fc"].Layer.Parameters[0].Value.Span[i * 4] = 1;
        using var input = Tensor.From(new Shape(1, 3), [0.5f, 2, -1]);
        using var workers = new WorkerPool(1);
        using var pass = network.Forward(input, new PassOptions { Workers = workers });
        var output = ClassificationOutput.From(network);
        Assert.Equal("fc", ending == "log-softmax" ? network.Nodes[0].Name : output.LogitsNode);
        using var probabilities = output.Probabilities(pass.Output);
        var sum = Math.Exp(0.5) + Math.Exp(2) + Math.Exp(-1);
        Assert.Equal(Math.Exp(0.5) / sum, probabilities.Span[0], 1e-6);
        Assert.Equal(Math.Exp(2) / sum, probabilities.Span[1], 1e-6);
        Assert.Equal(1, output.Likeliest(pass.Output.Span));
    }

    [Theory]
    [InlineData(2f, 1)]
    [InlineData(-2f, 0)]
    public void One_output_is_the_second_of_two_classes(float logit, int likeliest)
    {
        foreach (var withSigmoid in (bool[])[false, true])
        {
            using var network = new Network(new Shape(1));
            network.Add("fc", new Dense(1, 1));
            if (withSigmoid)
                network.Add("end", new Sigmoid());
            var output = ClassificationOutput.From(network);
            Assert.Equal(2, output.Classes);
            var second = (float)(1 / (1 + Math.Exp(-logit)));
            using var values = Tensor.From(new Shape(1, 1), [withSigmoid ? second : logit]);
            using var probabilities = output.Probabilities(values);
            Assert.Equal(second, probabilities.Span[1], 1e-6f);
            Assert.Equal(1 - second, probabilities.Span[0], 1e-6f);
            Assert.Equal(likeliest, output.Likeliest(values.Span));
        }
    }

    [Fact]
    public void Networks_that_classify_nothing_are_refused()
    {
        using var map = new Network(new Shape(4, 4, 3));
        map.Add(
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
        Assert.Contains(
            "[2, 2, 3]",
            Assert.Throws<ArgumentException>(() => ClassificationOutput.From(map)).Message,
            StringComparison.Ordinal
        );
        using var sigmoids = new Network(new Shape(3));
        sigmoids.Add("end", new Sigmoid());
        Assert.Contains(
            "softmax",
            Assert.Throws<ArgumentException>(() => ClassificationOutput.From(sigmoids)).Message,
            StringComparison.Ordinal
        );
        using var single = new Network(new Shape(1));
        single.Add("end", new Softmax());
        Assert.Throws<ArgumentException>(() => ClassificationOutput.From(single));
    }

    [Fact]
    public void Balanced_weights_are_those_of_scikit_learn()
    {
        // compute_class_weight('balanced', classes=[0, 1, 2], y=[0, 0, 0, 0, 1, 1, 2, 0]) = [0.53333333, 1.33333333,
        // 2.66666667]
        var weights = ClassWeights.Balanced([0, 0, 0, 0, 1, 1, 2, 0], 3);
        Assert.Equal(0.53333333, weights[0], 1e-8);
        Assert.Equal(1.33333333, weights[1], 1e-8);
        Assert.Equal(2.66666667, weights[2], 1e-8);
        Assert.Throws<ArgumentException>(() => ClassWeights.Balanced([0, 0, 2], 3));
        Assert.Throws<ArgumentException>(() => ClassWeights.Balanced([0, 3], 3));
    }

    [Theory]
    [InlineData(1.0, null)]
    [InlineData(-0.1, null)]
    [InlineData(double.NaN, null)]
    [InlineData(0.0, new[] { 1.0, 2 })]
    [InlineData(0.0, new[] { 0.0, 0, 0 })]
    [InlineData(0.0, new[] { 1.0, -1, 1 })]
    public void Options_out_of_their_range_are_refused(double smoothing, double[]? weights)
    {
        using var network = new Network(new Shape(3));
        network.Add("fc", new Dense(3, 3));
        using var input = Tensor.Zeros(new Shape(1, 3));
        using var workers = new WorkerPool(1);
        using var pass = network.Forward(input, new PassOptions { Workers = workers });
        Assert.Throws<ArgumentException>(() =>
            CrossEntropyLoss.Compute(pass, [0], new() { LabelSmoothing = smoothing, ClassWeights = weights })
        );
        using var targets = Tensor.Zeros(new Shape(1, 4));
        Assert.Throws<ArgumentException>(() => CrossEntropyLoss.Compute(pass, targets));
    }
}
