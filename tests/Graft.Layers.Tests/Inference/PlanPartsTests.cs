using FsCheck;
using FsCheck.Fluent;
using Graft.Layers.Inference;
using Graft.Tensors;
using Graft.Testing;

namespace Graft.Layers.Tests.Inference;

public sealed class PlanPartsTests
{
    private const long MiB = 1 << 20;

    [Fact]
    public void Buffers_between_steps_in_parts_hold_a_part()
    {
        using var workers = new WorkerPool(1);
        using var network = RandomNetwork.Make(3);
        using var plan = InferencePlan.Compile(network);
        using var whole = new PlanRunner(plan, 8, workers, new PlanParts(0, 8));
        using var inParts = new PlanRunner(plan, 8, workers, new PlanParts(plan.Steps.Count, 2));
        Assert.True(whole.BufferBytes > 0);
        Assert.InRange(inParts.BufferBytes, (whole.BufferBytes / 4) - 1024, (whole.BufferBytes / 4) + 1024);
    }

    [Fact]
    public void Steps_with_large_images_come_in_parts_that_fit_and_the_others_take_the_batch()
    {
        var steps = new[] { 8 * MiB, 2 * MiB, 4 * MiB, 2 * MiB, MiB };
        Assert.Equal(new PlanParts(3, 4), PlanParts.Choose(steps, 16));
        Assert.Equal(new PlanParts(4, 4), PlanParts.Choose(steps, 20));
    }

    [Fact]
    public void Parts_are_as_equal_as_they_can_be() =>
        Assert.Equal(new PlanParts(1, 3), PlanParts.Choose([8 * MiB], 9));

    [Fact]
    public void Images_larger_than_the_cache_go_one_by_one() =>
        Assert.Equal(new PlanParts(2, 1), PlanParts.Choose([MiB, 100 * MiB], 8));

    [Fact]
    public void A_batch_that_fits_is_left_whole()
    {
        Assert.Equal(new PlanParts(0, 4), PlanParts.Choose([8 * MiB, 3 * MiB], 4));
        Assert.Equal(new PlanParts(0, 4), PlanParts.Choose([], 4));
    }

    [Fact]
    public void Parts_change_no_bit()
    {
        using var workers = new WorkerPool(2);
        Prop.ForAll(Gen.Choose(0, 1_000_000).ToArbitrary(), seed =>
            {
                var random = new DeterministicRandom((ulong)seed);
                using var network = RandomNetwork.Make((ulong)seed);
                using var input = InferencePlanTests.Images(network, 7, seed);
                using var plan = InferencePlan.Compile(
                    network,
                    network.Nodes[random.NextInt(network.Nodes.Count)].Name
                );
                using var whole = new PlanRunner(plan, 7, workers, new PlanParts(0, 7));
                using var expected = whole.Run(input);
                using var inParts = new PlanRunner(
                    plan,
                    7,
                    workers,
                    new PlanParts(random.NextInt(plan.Steps.Count + 1), 1 + random.NextInt(7))
                );
                for (var count = 7; count > 0; count -= 2)
                {
                    using var first = Tensor.From(input.Shape.WithBatch(count), input.Rows(0, count));
                    using var actual = inParts.Run(first);
                    Assert.True(
                        Closeness.SameBits(expected.Rows(0, count), actual.Span),
                        $"seed {seed}, {count} images"
                    );
                }
            })
            .QuickCheckThrowOnFailure();
    }
}
