using Graft.Layers.Activations;
using Graft.Layers.Autograd;
using Graft.Layers.Convolution;
using Graft.Layers.Inference;
using Graft.Layers.Merging;
using Graft.Layers.Networks;
using Graft.Tensors;
using Graft.Testing;

namespace Graft.Layers.Tests.Inference;

public sealed class InvertedResidualPlanTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_block_is_one_step_with_the_bits_of_the_network(int stride)
    {
        using var network = Block(14, stride);
        using var plan = InferencePlan.Compile(network);
        Assert.Single(plan.Steps);
        Assert.Contains(" > ", plan.Steps[0], StringComparison.Ordinal);
        using var images = RandomTensors.Uniform(new Shape(5, 14, 14, 8), new DeterministicRandom(4));
        using var workers = new WorkerPool(2);
        using var pass = network.Forward(images, new PassOptions { Workers = workers });
        using var runner = plan.CreateRunner(5, workers);
        using var actual = runner.Run(images);
        Assert.True(Closeness.SameBits(pass.OutputOf(network.OutputName).Span, actual.Span));
        using var one = Tensor.From(images.Shape.WithBatch(1), images.Rows(3));
        using var alone = runner.Run(one);
        Assert.True(Closeness.SameBits(actual.Rows(3), alone.Span));
    }

    [Fact]
    public void Operations_and_weights_are_those_of_its_parts()
    {
        using var network = Block(14, 2);
        using var plan = InferencePlan.Compile(network);
        Assert.Equal(2L * ((14 * 14 * 8 * 24) + (7 * 7 * 9 * 24) + (7 * 7 * 24 * 8)), plan.OperationsPerImage);
        Assert.Equal((8 * 24) + (9 * 24) + (24 * 8), plan.CompiledSteps[0].WeightCount(7 * 7));
    }

    [Fact]
    public void A_value_that_others_read_is_kept()
    {
        using var network = Block(14, 1);
        network.Add("again", new Add(), network.OutputName, "narrow");
        network.Add("wide", new Convolution2D(Options(8, 24, 1)));
        network.Add("deep", new Convolution2D(Options(24, 24, 3) with { Groups = 24, Padding = Padding2D.Around(1) }));
        network.Add("out", new Convolution2D(Options(24, 24, 1)));
        network.Add("sum", new Add(), "deep", "out");
        using var plan = InferencePlan.Compile(network);
        Assert.Contains(plan.Steps, step =>
            step.StartsWith("wide: Convolution2D", StringComparison.Ordinal)
            && !step.Contains(" > ", StringComparison.Ordinal)
        );
        Assert.Contains(plan.Steps, step => step.StartsWith("deep: Convolution2D", StringComparison.Ordinal));
    }

    [Fact]
    public void Small_images_are_computed_together()
    {
        using var network = Block(7, 1);
        using var plan = InferencePlan.Compile(network);
        Assert.Equal(3, plan.Steps.Count);
    }

    private static Network Block(int size, int stride)
    {
        var network = new Network(new Shape(size, size, 8));
        network.Add("expand", new Convolution2D(Options(8, 24, 1)));
        network.Add("relu1", new ReLU(6));
        network.Add(
            "depthwise",
            new Convolution2D(Options(24, 24, 3) with { Groups = 24, Stride = stride, Padding = Padding2D.Around(1) })
        );
        network.Add("relu2", new ReLU(6));
        network.Add("narrow", new Convolution2D(Options(24, 8, 1)));
        if (stride == 1)
            network.Add("add", new Add(), "narrow", Network.InputName);
        var random = new DeterministicRandom(2);
        foreach (var (_, parameter) in network.Parameters)
            RandomTensors.FillUniform(parameter.Value.Span, random);
        return network;
    }

    private static Convolution2DOptions Options(int inputs, int outputs, int kernel) =>
        new()
        {
            InputChannels = inputs,
            OutputChannels = outputs,
            KernelHeight = kernel,
            KernelWidth = kernel,
        };
}
