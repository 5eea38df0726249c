using Graft.Layers.Activations;
using Graft.Layers.Autograd;
using Graft.Layers.Convolution;
using Graft.Layers.Inference;
using Graft.Layers.Networks;
using Graft.Tensors;
using Graft.Testing;

namespace Graft.Layers.Tests;

/// <summary>Layers that this project does not know, made of the public parts of <see cref="Layer"/>.</summary>
public sealed class OwnLayerTests
{
    [Fact]
    public void A_layer_that_a_plan_does_not_know_runs_as_it_is_and_outlives_its_network()
    {
        using var workers = new WorkerPool(2);
        var random = new DeterministicRandom(8);
        using var input = RandomTensors.Uniform(new Shape(2, 4, 4, 3), random);
        var network = Network(new LearnedScale(6), random);
        using var pass = network.Forward(input, new PassOptions { Workers = workers });
        using var plan = InferencePlan.Compile(network);
        Assert.Contains("scale: LearnedScale", plan.Steps);
        network.Dispose();
        network.Dispose();
        using var runner = plan.CreateRunner(2, workers);
        using var output = runner.Run(input);
        Closeness.Demand(DoubleTensor.From(pass.Output), output, 1e-5, "output");
    }

    [Fact]
    public void A_plan_that_is_disposed_twice_leaves_the_network_whole()
    {
        using var workers = new WorkerPool(1);
        var random = new DeterministicRandom(8);
        using var input = RandomTensors.Uniform(new Shape(1, 4, 4, 3), random);
        using var network = Network(new LearnedScale(6), random);
        var plan = InferencePlan.Compile(network);
        plan.Dispose();
        plan.Dispose();
        using var pass = network.Forward(input, new PassOptions { Workers = workers });
        Assert.Equal(new Shape(1, 4, 4, 6), pass.Output.Shape);
    }

    [Fact]
    public void A_layer_that_says_what_it_computes_is_fused()
    {
        using var workers = new WorkerPool(2);
        var random = new DeterministicRandom(9);
        using var input = RandomTensors.Uniform(new Shape(2, 4, 4, 3), random);
        using var network = Network(new FusedScale(6), random);
        using var pass = network.Forward(input, new PassOptions { Workers = workers });
        using var plan = InferencePlan.Compile(network);
        Assert.Equal(["conv: Convolution2D + FusedScale + ReLU"], plan.Steps);
        using var runner = plan.CreateRunner(2, workers);
        using var output = runner.Run(input);
        Closeness.Demand(DoubleTensor.From(pass.Output), output, 1e-5, "output");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Gradients_pass_through_it(bool fused)
    {
        using LearnedScale layer = fused ? new FusedScale(3) : new LearnedScale(3);
        RandomTensors.FillUniform(layer.Scale.Value.Span, new DeterministicRandom(1));
        using var input = RandomTensors.Uniform(new Shape(2, 2, 3), new DeterministicRandom(2));
        LayerHarness.Check(layer, [input], (inputs, parameters) =>
        {
            var output = new DoubleTensor(inputs[0].Shape);
            for (var i = 0; i < output.Values.Length; i++)
                output.Values[i] = inputs[0].Values[i] * parameters[0].Values[i % 3];
            return output;
        });
    }

    private static Network Network(Layer layer, DeterministicRandom random)
    {
        var network = new Network(new Shape(4, 4, 3));
        network.Add(
            "conv",
            new Convolution2D(
                new()
                {
                    InputChannels = 3,
                    OutputChannels = 6,
                    KernelHeight = 1,
                    KernelWidth = 1,
                }
            )
        );
        network.Add("scale", layer);
        network.Add("relu", new ReLU());
        foreach (var (_, parameter) in network.Parameters)
            RandomTensors.FillUniform(parameter.Value.Span, random);
        return network;
    }

    /// <summary>A factor for each channel.</summary>
    private class LearnedScale : Layer
    {
        public LearnedScale(int channels) => Scale = AddParameter("scale", ParameterRole.Scale, channels);

        public Parameter Scale { get; }

        public override BackwardReads BackwardReads => BackwardReads.Inputs;

        public override Shape OutputShape(IReadOnlyList<Shape> inputs) =>
            inputs[0][^1] == Scale.Shape[0] ? inputs[0] : throw Unsuitable(inputs[0], $"[..., {Scale.Shape[0]}]");

        public override void Forward(LayerPass pass)
        {
            for (var i = 0; i < pass.Output.Length; i++)
                pass.Output.Span[i] = pass.Input.Span[i] * Scale.Value.Span[i % Scale.Shape[0]];
        }

        public override void Backward(LayerPass pass)
        {
            var gradient = pass.RequireOutputGradient().Span;
            for (var i = 0; i < gradient.Length; i++)
            {
                var channel = i % Scale.Shape[0];
                if (Scale.Trainable)
                    Scale.RequireGradient().Span[channel] += gradient[i] * pass.Input.Span[i];
                if (pass.InputGradients[0] is { } target)
                    target.Span[i] += gradient[i] * Scale.Value.Span[channel];
            }
        }
    }

    private sealed class FusedScale(int channels) : LearnedScale(channels)
    {
        public override Lowering Lower(IReadOnlyList<Shape> inputs) =>
            Lowering.Affine(channel => (Scale.Value.Span[channel], 0, 0));
    }
}
