using Graft.Layers.Activations;
using Graft.Layers.Convolution;
using Graft.Layers.Inference;
using Graft.Layers.Merging;
using Graft.Layers.Networks;
using Graft.Layers.Normalization;
using Graft.Tensors;
using Graft.Testing;

namespace Graft.Layers.Tests.Inference;

public sealed class WinogradPlanTests
{
    [Fact]
    public void Only_plans_that_need_not_be_exact_use_it()
    {
        using var network = TwoConvolutions(7);
        using var fast = InferencePlan.Compile(network);
        using var exact = InferencePlan.Compile(network, options: new PlanOptions { Exact = true });
        Assert.Contains(fast.Steps, step => step.Contains("winograd 4x4 to 3x3", StringComparison.Ordinal));
        Assert.DoesNotContain(exact.Steps, step => step.Contains("winograd", StringComparison.Ordinal));
        Assert.Equal(exact.OperationsPerImage, fast.OperationsPerImage);
    }

    [Fact]
    public void Plans_of_different_arithmetic_say_so()
    {
        using var network = TwoConvolutions(7);
        using var fast = InferencePlan.Compile(network);
        using var exact = InferencePlan.Compile(network, options: new PlanOptions { Exact = true });
        Assert.NotEqual(exact.Numerics, fast.Numerics);
        Assert.Equal(new PlanOptions().Numerics, fast.Numerics);
        Assert.Contains("winograd", fast.Numerics, StringComparison.Ordinal);
        Assert.Contains("direct", exact.Numerics, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(7)]
    [InlineData(14)]
    [InlineData(17)]
    public void Normalisation_residual_and_ReLU_are_fused_as_without_it(int size)
    {
        using var network = TwoConvolutions(size);
        using var images = RandomTensors.Uniform(new Shape(3, size, size, 40), new DeterministicRandom(9));
        using var workers = new WorkerPool(2);
        using var fast = InferencePlan.Compile(network);
        using var exact = InferencePlan.Compile(network, options: new PlanOptions { Exact = true });
        using var fastRunner = fast.CreateRunner(3, workers);
        using var exactRunner = exact.CreateRunner(3, workers);
        using var result = fastRunner.Run(images);
        using var expected = exactRunner.Run(images);
        Assert.InRange(Closeness.RelativeDistance(expected.Span, result.Span), 1e-9, 5e-6);

        // A last, smaller batch on the same runner.
        using var last = Tensor.From(images.Shape.WithBatch(1), images.Rows(2));
        using var alone = fastRunner.Run(last);
        Assert.True(Closeness.SameBits(result.Rows(2), alone.Span));
    }

    /// <summary>Two 3x3 convolutions with normalisation, the second added to the input and rectified.</summary>
    private static Network TwoConvolutions(int size)
    {
        var options = new Convolution2DOptions
        {
            InputChannels = 40,
            OutputChannels = 40,
            KernelHeight = 3,
            KernelWidth = 3,
            Padding = Padding2D.Around(1),
        };
        var network = new Network(new Shape(size, size, 40));
        network.Add("conv1", new Convolution2D(options));
        network.Add("bn1", new BatchNormalization(40));
        var start = network.Add("relu1", new ReLU());
        network.Add("conv2", new Convolution2D(options));
        var end = network.Add("bn2", new BatchNormalization(40));
        network.Add("add", new Add(), end, start);
        network.Add("relu2", new ReLU());
        var random = new DeterministicRandom(8);
        foreach (var (_, parameter) in network.Parameters)
        {
            RandomTensors.FillUniform(parameter.Value.Span, random);
            if (parameter.Role != ParameterRole.Weight)
            {
                foreach (ref var value in parameter.Value.Span)
                    value = 1 + (value / 2);
            }
        }

        return network;
    }
}
