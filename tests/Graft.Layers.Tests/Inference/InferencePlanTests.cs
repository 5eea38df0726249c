using FsCheck;
using FsCheck.Fluent;
using Graft.Layers.Autograd;
using Graft.Layers.Inference;
using Graft.Layers.Networks;
using Graft.Tensors;
using Graft.Testing;

namespace Graft.Layers.Tests.Inference;

public sealed class InferencePlanTests
{
    private static readonly Arbitrary<int> Seeds = Gen.Choose(0, 1_000_000).ToArbitrary();

    [Fact]
    public void A_plan_gives_what_the_network_gives_at_every_node()
    {
        using var workers = new WorkerPool(2);
        Prop.ForAll(Seeds, seed =>
            {
                using var network = RandomNetwork.Make((ulong)seed);
                using var input = Images(network, 3, seed);
                using var pass = network.Forward(input, new PassOptions { Workers = workers, KeepOutputs = true });
                foreach (var node in network.Nodes)
                {
                    using var plan = InferencePlan.Compile(network, node.Name);
                    Assert.Equal(network.ShapeOf(node.Name), plan.OutputShape);
                    using var runner = plan.CreateRunner(3, workers);
                    using var output = runner.Run(input);

                    // Again, over buffers that hold the first run's values.
                    using var again = runner.Run(input);
                    Assert.True(Closeness.SameBits(output.Span, again.Span));
                    Closeness.Demand(
                        DoubleTensor.From(pass.OutputOf(node.Name)),
                        output,
                        1e-5,
                        $"seed {seed}, node {node.Name}"
                    );
                }
            })
            .QuickCheckThrowOnFailure();
    }

    [Fact]
    public void An_images_result_depends_on_neither_batch_nor_place_nor_threads()
    {
        using var one = new WorkerPool(1);
        using var two = new WorkerPool(2);
        using var three = new WorkerPool(3);
        Prop.ForAll(Seeds, seed =>
            {
                using var network = RandomNetwork.Make((ulong)seed);
                using var images = Images(network, 5, seed);
                using var plan = InferencePlan.Compile(network);
                using var large = plan.CreateRunner(5, one);
                using var all = large.Run(images);
                foreach (var workers in new[] { two, three })
                {
                    using var runner = plan.CreateRunner(7, workers);
                    using var same = runner.Run(images);
                    Assert.True(Closeness.SameBits(all.Span, same.Span), $"seed {seed}: {workers.ThreadCount} threads");
                    for (var image = 0; image < 5; image++)
                    {
                        // The same runner: a last, smaller batch.
                        using var single = Tensor.From(images.Shape.WithBatch(1), images.Rows(image));
                        using var alone = runner.Run(single);
                        Assert.True(Closeness.SameBits(all.Rows(image), alone.Span), $"seed {seed}: image {image}");
                    }
                }
            })
            .QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_plan_outlives_its_network()
    {
        using var workers = new WorkerPool(2);
        for (var seed = 0; seed < 30; seed++)
        {
            using var network = RandomNetwork.Make((ulong)seed);
            using var input = Images(network, 2, seed);
            using var plan = InferencePlan.Compile(network);
            using var runner = plan.CreateRunner(2, workers);
            using var before = runner.Run(input);
            foreach (var (_, parameter) in network.Parameters)
                parameter.Value.Span.Fill(float.NaN);
            network.Dispose();
            using var after = runner.Run(input);
            Assert.True(Closeness.SameBits(before.Span, after.Span));
        }
    }

    [Fact]
    public void Images_of_another_shape_or_number_are_refused()
    {
        using var network = RandomNetwork.Make(1);
        using var plan = InferencePlan.Compile(network);
        using var workers = new WorkerPool(1);
        using var runner = plan.CreateRunner(2, workers);
        foreach (var batch in new[] { 0, 3 })
        {
            using var images = Tensor.Zeros(new Shape([batch, .. network.InputShape.Dimensions]));
            Assert.Contains(
                "1 to 2 images",
                Assert.Throws<ArgumentException>(() => runner.Run(images)).Message,
                StringComparison.Ordinal
            );
        }

        using var other = Tensor.Zeros(new Shape(1, 3, 3, 77));
        Assert.Throws<ArgumentException>(() => runner.Run(other));
        Assert.Throws<KeyNotFoundException>(() => InferencePlan.Compile(network, "nowhere"));
        Assert.Throws<ArgumentOutOfRangeException>(() => plan.CreateRunner(0, workers));
    }

    internal static Tensor Images(Network network, int batch, int seed) =>
        RandomTensors.Uniform(
            new Shape([batch, .. network.InputShape.Dimensions]),
            new DeterministicRandom((ulong)seed + 99)
        );
}
