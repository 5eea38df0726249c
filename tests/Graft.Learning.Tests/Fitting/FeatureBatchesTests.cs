using Graft.Features;
using Graft.Learning.Batches;
using Graft.Tensors;

namespace Graft.Learning.Tests.Fitting;

public sealed class FeatureBatchesTests : IDisposable
{
    private static readonly int[] Labels = [0, 0, 0, 0, 0, 0, 0, 1, 1, 2];

    private readonly FeatureSet _set = FeatureSet.From(Tensor.From(new Shape(10, 1), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _set.Dispose();

    [Fact]
    public void In_sequence_every_epoch_is_the_same()
    {
        var source = Source(Sampling.InOrder);
        Assert.Equal((10, 3), (source.Count, source.BatchCount));
        Assert.Equal(Enumerable.Range(0, 10), Examples(source, 1));
        Assert.Equal(Enumerable.Range(0, 10), Examples(source, 2));
    }

    [Fact]
    public void Shuffled_every_epoch_has_an_order_of_its_own_that_can_be_repeated()
    {
        var source = Source(Sampling.Shuffled);
        var orders = Enumerable.Range(1, 20).Select(epoch => Examples(source, epoch)).ToArray();
        Assert.All(orders, order => Assert.Equal(Enumerable.Range(0, 10), order.Order()));
        Assert.Equal(20, orders.Select(order => string.Join(',', order)).Distinct().Count());
        Assert.Equal(orders[4], Examples(Source(Sampling.Shuffled), 5));
        Assert.NotEqual(orders[4], Examples(Source(Sampling.Shuffled, seed: 6), 5));
    }

    [Fact]
    public void Balanced_every_class_comes_equally_often_and_its_members_too()
    {
        var source = Source(Sampling.Balanced);
        var drawn = new int[10];
        for (var epoch = 1; epoch <= 300; epoch++)
        {
            var examples = Examples(source, epoch);
            Assert.Equal(10, examples.Length);
            var classes = examples.GroupBy(example => Labels[example]).Select(group => group.Count()).Order();
            Assert.Equal([3, 3, 4], classes);
            Assert.True(
                examples
                    .Where(example => Labels[example] == 0)
                    .GroupBy(example => example)
                    .All(group => group.Count() == 1)
            );
            foreach (var example in examples)
                drawn[example]++;
        }

        // A thousand draws of each class: of seven, two and one members.
        Assert.All(drawn[..7], count => Assert.InRange(count, 100, 190));
        Assert.All(drawn[7..9], count => Assert.InRange(count, 450, 550));
        Assert.InRange(drawn[9], 950, 1050);
        Assert.Equal(Examples(source, 7), Examples(Source(Sampling.Balanced), 7));
    }

    [Theory]
    [InlineData(Sampling.Shuffled)]
    [InlineData(Sampling.Balanced)]
    public void An_epoch_can_be_entered_at_any_batch(Sampling order)
    {
        var source = Source(order);
        for (var first = 0; first <= 3; first++)
            Assert.Equal(Examples(source, 3).Skip(first * 4), Examples(source, 3, first));
    }

    [Fact]
    public void Labels_go_with_their_features()
    {
        foreach (var batch in Source(Sampling.Shuffled).Epoch(1, 0, Token))
        {
            using (batch)
            {
                for (var i = 0; i < batch.Count; i++)
                    Assert.Equal(Labels[(int)batch.Inputs.Span[i]], batch.Labels[i]);
            }
        }
    }

    private FeatureBatches Source(Sampling order, ulong seed = 5) =>
        new(new(_set, [.. Enumerable.Range(0, 10)], Labels), 4, order, seed);

    private static int[] Examples(FeatureBatches source, int epoch, int first = 0)
    {
        var examples = new List<int>();
        foreach (var batch in source.Epoch(epoch, first, Token))
        {
            using (batch)
                examples.AddRange(Array.ConvertAll(batch.Inputs.Span.ToArray(), value => (int)value));
        }

        return [.. examples];
    }
}
