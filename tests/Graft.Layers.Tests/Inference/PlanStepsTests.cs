using Graft.Layers.Activations;
using Graft.Layers.Autograd;
using Graft.Layers.Convolution;
using Graft.Layers.Inference;
using Graft.Layers.Merging;
using Graft.Layers.Networks;
using Graft.Layers.Normalization;
using Graft.Layers.Pooling;
using Graft.Layers.Regularization;
using Graft.Layers.Reshaping;
using Graft.Tensors;
using Graft.Testing;

namespace Graft.Layers.Tests.Inference;

public sealed class PlanStepsTests
{
    [Fact]
    public void What_follows_a_convolution_is_done_by_it()
    {
        using var network = new Network(new Shape(8, 8, 16));
        network.Add("pad", new ZeroPadding2D(Padding2D.Around(1)));
        network.Add(
            "conv",
            new Convolution2D(
                new()
                {
                    InputChannels = 16,
                    OutputChannels = 16,
                    KernelHeight = 3,
                    KernelWidth = 3,
                }
            )
        );
        network.Add("bn", new BatchNormalization(16));
        network.Add("add", new Add(), "bn", Network.InputName);
        network.Add("relu", new ReLU());
        network.Add("pool.pad", new ZeroPadding2D(Padding2D.Around(1)));
        network.Add(
            "pool",
            new MaxPooling2D(
                new()
                {
                    Height = 3,
                    Width = 3,
                    Stride = 2,
                }
            )
        );
        using var plan = InferencePlan.Compile(network);
        Assert.Equal(
            ["conv: Convolution2D + BatchNormalization + Add + ReLU (winograd 4x4)", "pool: MaxPooling2D with padding"],
            plan.Steps
        );
        Assert.Equal(2L * 8 * 8 * 16 * 9 * 16, plan.OperationsPerImage);
    }

    [Fact]
    public void Preprocessing_writes_the_zeros_around_its_images()
    {
        using var network = new Network(new Shape(9, 10, 3));
        network.Add("preprocessing", new ChannelNormalization(true, 1, [103, 116, 123], [1, 2, 3]));
        network.Add("pad", new ZeroPadding2D(new Padding2D(1, 2, 0, 1)));
        network.Add(
            "conv",
            new Convolution2D(
                new()
                {
                    InputChannels = 3,
                    OutputChannels = 4,
                    KernelHeight = 3,
                    KernelWidth = 3,
                    Stride = 2,
                    Padding = Padding2D.Around(1),
                }
            )
        );
        RandomTensors.FillUniform(network["conv"].Layer.Parameters[0].Value.Span, new DeterministicRandom(6));
        using var plan = InferencePlan.Compile(network);
        Assert.Equal(["preprocessing: ChannelNormalization with padding", "conv: Convolution2D"], plan.Steps);
        using var workers = new WorkerPool(2);
        using var images = RandomTensors.Uniform(new Shape(3, 9, 10, 3), new DeterministicRandom(7));
        using var pass = network.Forward(images, new PassOptions { Workers = workers });
        using var runner = plan.CreateRunner(3, workers);
        using var output = runner.Run(images);
        Assert.True(Closeness.SameBits(pass.OutputOf("conv").Span, output.Span));
    }

    [Fact]
    public void The_summary_shows_shapes_operations_weights_and_what_is_fused()
    {
        using var network = new Network(new Shape(8, 8, 16));
        network.Add(
            "conv",
            new Convolution2D(
                new()
                {
                    InputChannels = 16,
                    OutputChannels = 32,
                    KernelHeight = 1,
                    KernelWidth = 1,
                }
            )
        );
        network.Add("bn", new BatchNormalization(32));
        network.Add("relu", new ReLU());
        network.Add("pool", new GlobalAveragePooling2D());
        using var plan = InferencePlan.Compile(network);
        var lines = plan.Summary()
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Trim())
            .ToArray();
        Assert.Equal(
            [
                "output MFLOP weights step",
                "[8, 8, 32] 0.1 512 conv: Convolution2D + BatchNormalization + ReLU",
                "[32] pool: GlobalAveragePooling2D",
                $"[32] 0.1 512 all 2 steps from [8, 8, 16]; {plan.Numerics}",
            ],
            lines
        );
    }

    [Fact]
    public void A_node_with_two_readers_is_kept()
    {
        using var network = new Network(new Shape(8, 8, 16));
        network.Add(
            "conv",
            new Convolution2D(
                new()
                {
                    InputChannels = 16,
                    OutputChannels = 16,
                    KernelHeight = 1,
                    KernelWidth = 1,
                }
            )
        );
        network.Add("relu", new ReLU());
        network.Add("add", new Add(), "relu", "conv");
        using var plan = InferencePlan.Compile(network);
        Assert.Equal(["conv: Convolution2D", "relu: ReLU", "add: Add"], plan.Steps);
    }

    [Fact]
    public void A_plan_for_the_input_itself_copies_it()
    {
        using var network = new Network(new Shape(2, 2, 3));
        using var plan = InferencePlan.Compile(network);
        Assert.Empty(plan.Steps);
        using var workers = new WorkerPool(1);
        using var runner = plan.CreateRunner(1, workers);
        using var input = RandomTensors.Uniform(new Shape(1, 2, 2, 3), new DeterministicRandom(1));
        using var output = runner.Run(input);
        Assert.Equal(input.Span.ToArray(), output.Span.ToArray());
    }

    [Fact]
    public void What_follows_a_convolution_in_groups_is_done_by_it()
    {
        using var network = new Network(new Shape(8, 8, 16));
        var options = new Convolution2DOptions
        {
            InputChannels = 16,
            OutputChannels = 16,
            KernelHeight = 3,
            KernelWidth = 3,
            Padding = Padding2D.Around(1),
        };
        network.Add("depthwise", new Convolution2D(options with { Groups = 16 }));
        network.Add("bn1", new BatchNormalization(16));
        network.Add("relu6", new ReLU(6));
        network.Add("grouped", new Convolution2D(options with { Groups = 4 }));
        network.Add("bn2", new BatchNormalization(16));
        network.Add("add", new Add(), "bn2", Network.InputName);
        network.Add("swish", new Swish());
        network.Add("cat", new Concatenate(2), "swish", Network.InputName);
        using var plan = InferencePlan.Compile(network);
        Assert.Equal(
            [
                "depthwise: Convolution2D + BatchNormalization + ReLU (depthwise)",
                "grouped: Convolution2D + BatchNormalization + Add (4 groups)",
                "swish: Swish in place",
                "cat: Concatenate",
            ],
            plan.Steps
        );
        Assert.Equal((2L * 8 * 8 * 16 * 9) + (2L * 8 * 8 * 16 * 9 * 4), plan.OperationsPerImage);
    }

    [Fact]
    public void A_smooth_activation_leaves_what_others_read()
    {
        using var network = new Network(new Shape(2, 2, 4));
        network.Add(
            "conv",
            new Convolution2D(
                new()
                {
                    InputChannels = 4,
                    OutputChannels = 4,
                    KernelHeight = 1,
                    KernelWidth = 1,
                }
            )
        );
        network.Add("sigmoid", new Sigmoid());
        network.Add("add", new Add(), "sigmoid", "conv");
        using var plan = InferencePlan.Compile(network);
        Assert.Equal(["conv: Convolution2D", "sigmoid: Sigmoid", "add: Add"], plan.Steps);
    }

    [Fact]
    public void What_changes_nothing_takes_no_step()
    {
        using var network = new Network(new Shape(8, 8, 16));
        network.Add(
            "conv",
            new Convolution2D(
                new()
                {
                    InputChannels = 16,
                    OutputChannels = 16,
                    KernelHeight = 1,
                    KernelWidth = 1,
                }
            )
        );
        network.Add("bn", new BatchNormalization(16));
        network.Add("depth", new StochasticDepth(0.2f));
        network.Add("add", new Add(), "depth", Network.InputName);
        network.Add("same", new AdaptiveAveragePooling2D(8, 8));
        network.Add("pool", new AdaptiveAveragePooling2D(4, 4));
        using var plan = InferencePlan.Compile(network);
        Assert.Equal(["conv: Convolution2D + BatchNormalization + Add", "pool: AdaptiveAveragePooling2D"], plan.Steps);
    }

    /// <summary>
    /// Zeros before a pooling that is rounded up are no padding of its own: they decide how many windows there are.
    /// </summary>
    [Fact]
    public void A_pooling_that_is_rounded_up_gets_its_image_padded()
    {
        using var network = new Network(new Shape(5, 5, 2));
        network.Add("pad", new ZeroPadding2D(new Padding2D(0, 0, 1, 1)));
        network.Add(
            "pool",
            new MaxPooling2D(
                new()
                {
                    Height = 3,
                    Width = 3,
                    Stride = 2,
                    RoundUp = true,
                }
            )
        );
        using var plan = InferencePlan.Compile(network);
        Assert.Equal(new Shape(3, 3, 2), plan.OutputShape);
        Assert.Equal(["pad: ZeroPadding2D", "pool: MaxPooling2D"], plan.Steps);
    }
}
