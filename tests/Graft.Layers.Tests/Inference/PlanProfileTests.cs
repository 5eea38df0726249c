using Graft.Layers.Activations;
using Graft.Layers.Convolution;
using Graft.Layers.Inference;
using Graft.Layers.Linear;
using Graft.Layers.Networks;
using Graft.Layers.Pooling;
using Graft.Tensors;

namespace Graft.Layers.Tests.Inference;

public sealed class PlanProfileTests
{
    [Fact]
    public void A_profile_tells_operations_and_bytes_of_every_step_for_the_batch()
    {
        using var network = Small();
        using var workers = new WorkerPool(2);
        using var plan = InferencePlan.Compile(network);
        using var runner = plan.CreateRunner(4, workers);
        using var input = Tensor.Zeros(new Shape(3, 8, 8, 4));
        var profile = runner.Profile(input, 4, TestContext.Current.CancellationToken);
        Assert.Equal((3, 2, 4), (profile.BatchSize, profile.Threads, profile.Rounds));
        Assert.Equal(plan.Steps, profile.Steps.Select(step => step.Description));
        Assert.Equal(profile.Steps.Sum(step => step.Seconds), profile.Seconds);
        Assert.All(profile.Steps, step => Assert.InRange(step.Seconds, step.FastestSeconds, step.SlowestSeconds));

        // 6x6 pixels of 16 channels from 3x3 taps of 4 channels, in 3 images.
        var convolution = profile.Steps[0];
        Assert.Equal(3L * 2 * 36 * 16 * 9 * 4, convolution.Operations);
        Assert.Equal(4L * ((3 * 8 * 8 * 4) + (3 * 36 * 16) + (9 * 4 * 16)), convolution.Bytes);
        Assert.Equal((double)convolution.Operations / convolution.Bytes, convolution.Intensity);
        var dense = profile.Steps[^1];
        Assert.Equal(3L * 2 * 16 * 10, dense.Operations);
        Assert.Equal(4L * ((3 * 16) + (3 * 10) + (16 * 10)), dense.Bytes);

        // Pooling is not made of multiplications and additions in pairs.
        Assert.Equal(0, profile.Steps[1].Operations);
        Assert.Equal(0, profile.Steps[1].GigaflopsPerSecond);
    }

    [Fact]
    public void Profiling_leaves_the_runner_as_it_was()
    {
        using var network = Small();
        using var workers = new WorkerPool(1);
        using var plan = InferencePlan.Compile(network);
        using var runner = plan.CreateRunner(2, workers);
        using var input = Tensor.Zeros(new Shape(2, 8, 8, 4));
        input.Span.Fill(0.5f);
        using var before = runner.Run(input);
        runner.Profile(input, 1, TestContext.Current.CancellationToken);
        using var after = runner.Run(input);
        Assert.Equal(before.Span.ToArray(), after.Span.ToArray());
    }

    [Fact]
    public void The_table_has_a_line_for_each_step_and_one_for_all()
    {
        var profile = new PlanProfile(
            2,
            1,
            3,
            [
                new("conv: Convolution2D", 0.001, 0.001, 0.002, 50_000_000, 1_000_000),
                new("pool: MaxPooling2D", 0.003, 0.003, 0.003, 0, 1_000_000),
            ]
        );
        var lines = profile.ToText(100).TrimEnd().Split(Environment.NewLine);
        Assert.Equal(4, lines.Length);
        Assert.Equal("    1.000  25.0%     50.0  50.0% conv: Convolution2D", lines[1]);
        Assert.Equal("    3.000  75.0%                 pool: MaxPooling2D", lines[2]);
        Assert.Contains("4.000", lines[3], StringComparison.Ordinal);
        Assert.Equal("    1.000  25.0%     50.0 conv: Convolution2D", profile.ToText().Split(Environment.NewLine)[1]);
    }

    [Fact]
    public void Wrong_input_is_refused_as_in_a_run()
    {
        using var network = Small();
        using var workers = new WorkerPool(1);
        using var plan = InferencePlan.Compile(network);
        using var runner = plan.CreateRunner(2, workers);
        using var tooMany = Tensor.Zeros(new Shape(3, 8, 8, 4));
        Assert.Contains(
            "1 to 2 images",
            Assert
                .Throws<ArgumentException>(() =>
                    runner.Profile(tooMany, cancellationToken: TestContext.Current.CancellationToken)
                )
                .Message,
            StringComparison.Ordinal
        );
        using var input = Tensor.Zeros(new Shape(1, 8, 8, 4));
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            runner.Profile(input, 0, TestContext.Current.CancellationToken)
        );
        Assert.Throws<OperationCanceledException>(() =>
            runner.Profile(input, 1, new CancellationToken(canceled: true))
        );
    }

    private static Network Small()
    {
        var network = new Network(new Shape(8, 8, 4));
        network.Add(
            "conv",
            new Convolution2D(
                new()
                {
                    InputChannels = 4,
                    OutputChannels = 16,
                    KernelHeight = 3,
                    KernelWidth = 3,
                }
            )
        );
        network.Add("relu", new ReLU());
        network.Add("pool", new GlobalAveragePooling2D());
        network.Add("dense", new Dense(16, 10));
        Initializers.HeUniform(network, new DeterministicRandom(3));
        return network;
    }
}
