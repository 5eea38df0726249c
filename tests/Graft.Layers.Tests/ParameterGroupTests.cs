using Graft.Layers.Linear;
using Graft.Layers.Networks;
using Graft.Layers.Normalization;
using Graft.Layers.Optimizers;
using Graft.Tensors;
using Graft.Testing;

namespace Graft.Layers.Tests;

public sealed class ParameterGroupTests
{
    [Fact]
    public void Rates_shrink_from_block_to_block_away_from_the_output()
    {
        using var network = new Network(new Shape(2));
        foreach (
            var name in (string[])
                ["conv1", "layer1.0.conv1", "layer1.0.downsample.0", "layer1.1.conv1", "head.dense", "head.logits"]
        )
            network.Add(name, new Dense(2, 2));
        network["conv1"].Layer.Parameters[0].Trainable = false;
        network["conv1"].Layer.Parameters[1].Trainable = false;
        var groups = ParameterGroup.ByDepth(network, 0.5);
        Assert.Equal(
            [
                "layer1.0.conv1.weight layer1.0.conv1.bias layer1.0.downsample.0.weight layer1.0.downsample.0.bias",
                "layer1.1.conv1.weight layer1.1.conv1.bias",
                "head.dense.weight head.dense.bias head.logits.weight head.logits.bias",
            ],
            groups.Select(group => string.Join(' ', group.Parameters.Select(pair => pair.Key)))
        );
        Assert.Equal([0.25, 0.5, 1], groups.Select(group => group.RateMultiplier));
        Assert.Single(ParameterGroup.ByDepth(network, 0.5, _ => "all"));
        Assert.Throws<ArgumentOutOfRangeException>(() => ParameterGroup.ByDepth(network, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => ParameterGroup.ByDepth(network, 1.5));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Weights_decay_and_biases_and_factors_do_not_unless_asked(bool everything)
    {
        using var network = new Network(new Shape(3));
        network.Add("fc", new Dense(3, 3));
        network.Add("bn", new BatchNormalization(3));
        foreach (var (_, parameter) in network.Parameters)
        {
            parameter.Value.Span.Fill(2);
            if (parameter.Trainable)
                parameter.RequireGradient();
        }

        using var optimizer = new Sgd(
            [
                new ParameterGroup
                {
                    Parameters = [.. network.Parameters],
                    WeightDecay = 0.5,
                    DecaysEverything = everything,
                },
            ],
            0.1
        );
        optimizer.Step();
        var decayed = network.Parameters.Where(pair => pair.Value.Value.Span[0] != 2).Select(pair => pair.Key);
        Assert.Equal(everything ? ["fc.weight", "fc.bias", "bn.weight", "bn.bias"] : ["fc.weight"], decayed);
        Assert.Equal(1.9f, network["fc"].Layer.Parameters[0].Value.Span[0], 1e-6f);
    }

    [Theory]
    [InlineData(OptimizerKind.Sgd)]
    [InlineData(OptimizerKind.Adam)]
    [InlineData(OptimizerKind.AdamW)]
    [InlineData(OptimizerKind.RmsProp)]
    public void An_optimizer_takes_over_where_another_stood(OptimizerKind kind)
    {
        var options = new OptimizerOptions
        {
            Kind = kind,
            WeightDecay = 0.1,
            Momentum = 0.9,
            LearningRate = 0.1,
        };
        using var first = Network();
        using var optimizer = options.Create(first);
        Step(first, optimizer, 1);
        Step(first, optimizer, 2);
        using var second = Network();
        foreach (var ((_, to), (_, from)) in second.Parameters.Zip(first.Parameters))
            from.Value.Span.CopyTo(to.Value.Span);
        using var other = options.Create(second);
        other.Restore(optimizer.Steps, optimizer.State.ToDictionary());
        Assert.Equal(2, other.Steps);
        Step(first, optimizer, 3);
        Step(second, other, 3);
        Assert.Equal(Values(first), Values(second));
        Assert.Throws<ArgumentException>(() => other.Restore(1, new Dictionary<string, Tensor>()));

        static Network Network()
        {
            var network = new Network(new Shape(5));
            network.Add("fc", new Dense(5, 7));
            network["fc"].Layer.Parameters[0].Value.Span.Fill(0.3f);
            return network;
        }

        static void Step(Network network, Optimizer optimizer, ulong seed)
        {
            foreach (var (_, parameter) in network.Parameters)
                RandomTensors.FillUniform(parameter.RequireGradient().Span, new DeterministicRandom(seed));
            optimizer.Step();
        }

        static float[] Values(Network network) =>
            [.. network.Parameters.SelectMany(pair => pair.Value.Value.Span.ToArray())];
    }

    [Fact]
    public void A_parameter_in_two_groups_is_refused()
    {
        using var network = new Network(new Shape(2));
        network.Add("fc", new Dense(2, 2));
        var group = new ParameterGroup { Parameters = [.. network.Parameters] };
        Assert.Contains(
            "'fc.weight'",
            Assert.Throws<ArgumentException>(() => new Sgd([group, group], 0.1)).Message,
            StringComparison.Ordinal
        );
        Assert.Throws<ArgumentException>(() => new Sgd([group], 0.1, nesterov: true));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Sgd([group], 0.1, momentum: 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Adam([group], -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new OptimizerOptions { LearningRate = 0 }.Validate());
        Assert.Throws<ArgumentOutOfRangeException>(() => new OptimizerOptions { ClipNorm = 0 }.Validate());
    }
}
