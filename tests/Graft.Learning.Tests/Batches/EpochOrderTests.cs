using Graft.Learning.Batches;
using Graft.Tensors;

namespace Graft.Learning.Tests.Batches;

public class EpochOrderTests
{
    [Fact]
    public void A_shuffled_epoch_has_each_example_once_in_another_order_every_epoch()
    {
        var labels = new int[50];
        var first = EpochOrder.Compute(1, 1, labels, Sampling.Shuffled);
        Assert.Equal(Enumerable.Range(0, 50), first.Order());
        Assert.Equal(first, EpochOrder.Compute(1, 1, labels, Sampling.Shuffled));
        Assert.NotEqual(first, EpochOrder.Compute(1, 2, labels, Sampling.Shuffled));
        Assert.NotEqual(first, EpochOrder.Compute(2, 1, labels, Sampling.Shuffled));
        Assert.Equal(Enumerable.Range(0, 50), EpochOrder.Compute(1, 1, labels, Sampling.InOrder));
    }

    [Fact]
    public void A_balanced_epoch_has_as_many_of_each_class_and_none_again_before_all_were_there()
    {
        var random = new DeterministicRandom(1);
        for (var round = 0; round < 100; round++)
        {
            int[] labels =
            [
                .. Enumerable.Range(0, 1 + random.NextInt(30)).Select(_ => random.NextInt(1 + (round % 5))),
            ];
            var order = EpochOrder.Compute(3, 7, labels, Sampling.Balanced);
            Assert.Equal(labels.Length, order.Length);
            var classes = labels.Distinct().Count();
            foreach (var group in labels.Select((label, example) => (label, example)).GroupBy(pair => pair.label))
            {
                var counts = group.Select(pair => order.Count(example => example == pair.example)).ToArray();
                Assert.InRange(counts.Sum(), labels.Length / classes, (labels.Length + classes - 1) / classes);
                Assert.InRange(counts.Max() - counts.Min(), 0, 1);
            }
        }
    }

    [Fact]
    public void Over_many_epochs_a_balanced_class_shows_all_its_examples()
    {
        int[] labels = [.. Enumerable.Repeat(0, 30), 1, 1];
        var seen = Enumerable
            .Range(1, 10)
            .SelectMany(epoch => EpochOrder.Compute(0, epoch, labels, Sampling.Balanced))
            .Distinct();
        Assert.Equal(32, seen.Count());
    }

    [Fact]
    public void Occurrences_count_from_zero() => Assert.Equal([0, 0, 1, 2, 1], EpochOrder.Occurrences([3, 1, 3, 3, 1]));
}
