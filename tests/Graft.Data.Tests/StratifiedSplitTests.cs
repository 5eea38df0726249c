using FsCheck;
using FsCheck.Fluent;
using Graft.Tensors;

namespace Graft.Data.Tests;

public sealed class StratifiedSplitTests
{
    private sealed record Case(int[] Labels, string[] Groups, double Fraction, ulong Seed)
    {
        public bool[] Split() => StratifiedSplit.Choose(Labels, Groups, Fraction, Seed);
    }

    // Up to five classes of up to 40 images; in half of the cases there are groups, some across classes.
    private static readonly Arbitrary<Case> Cases = (
        from seed in Gen.Choose(0, int.MaxValue)
        from fraction in Gen.Choose(1, 99)
        from grouped in Gen.Choose(0, 1)
        select Make(seed, fraction / 100.0, grouped == 1)
    ).ToArbitrary();

    private static Case Make(int seed, double fraction, bool grouped)
    {
        var random = new DeterministicRandom((ulong)seed);
        var labels = new List<int>();
        var classes = 1 + random.NextInt(5);
        for (var label = 0; label < classes; label++)
            labels.AddRange(Enumerable.Repeat(label, 1 + random.NextInt(40)));
        var groups = labels
            .Select((_, i) => grouped ? $"group {random.NextInt(labels.Count)}" : $"image {i}")
            .ToArray();
        return new([.. labels], groups, fraction, (ulong)seed);
    }

    [Fact]
    public void Every_class_gets_its_rounded_share_and_something_on_either_side() =>
        Prop.ForAll(Cases, item =>
            {
                if (item.Groups.Distinct().Count() < item.Groups.Length)
                    return true;
                var split = item.Split();
                return item
                    .Labels.Distinct()
                    .All(label =>
                    {
                        var size = item.Labels.Count(other => other == label);
                        var validation = item.Labels.Where((other, i) => other == label && split[i]).Count();
                        var share = Math.Floor((size * item.Fraction) + 0.5);
                        return validation == (size < 2 ? 0 : Math.Clamp((int)share, 1, size - 1));
                    });
            })
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Groups_are_never_divided_and_no_class_loses_all_its_training_images() =>
        Prop.ForAll(Cases, item =>
            {
                var split = item.Split();
                var sides = item
                    .Groups.Zip(split)
                    .GroupBy(pair => pair.First)
                    .All(group => group.Select(pair => pair.Second).Distinct().Count() == 1);
                return sides
                    && item.Labels.Where((_, i) => !split[i]).Distinct().Count() == item.Labels.Distinct().Count();
            })
            .QuickCheckThrowOnFailure();

    [Fact]
    public void The_order_of_the_images_does_not_matter() =>
        Prop.ForAll(Cases, item =>
            {
                var order = Enumerable.Range(0, item.Labels.Length).ToArray();
                new DeterministicRandom(item.Seed + 1).Shuffle<int>(order);
                var shuffled = item with
                {
                    Labels = [.. order.Select(i => item.Labels[i])],
                    Groups = [.. order.Select(i => item.Groups[i])],
                };
                var expected = item.Split();
                var actual = shuffled.Split();
                return order.Select((original, position) => expected[original] == actual[position]).All(same => same);
            })
            .QuickCheckThrowOnFailure();

    [Fact]
    public void A_class_of_large_groups_still_gets_a_validation_image()
    {
        int[] labels = [.. Enumerable.Repeat(0, 10), 1, 1];
        string[] groups = [.. Enumerable.Range(0, 10).Select(i => i < 6 ? "large" : "small"), "x", "y"];
        for (ulong seed = 0; seed < 20; seed++)
        {
            var split = StratifiedSplit.Choose(labels, groups, 0.2, seed);
            Assert.Equal(4, split.Take(10).Count(side => side));
            Assert.All(Enumerable.Range(6, 4), i => Assert.True(split[i]));
        }
    }

    [Fact]
    public void A_class_of_copies_of_one_photo_is_learned_from() =>
        Assert.Equal([false, false, false], StratifiedSplit.Choose([0, 0, 0], ["same", "same", "same"], 0.5, 1));

    [Fact]
    public void An_added_image_moves_few_others()
    {
        string[] groups = [.. Enumerable.Range(0, 1000).Select(i => $"{i}")];
        var before = StratifiedSplit.Choose(new int[1000], groups, 0.2, 3);
        var after = StratifiedSplit.Choose(new int[1001], [.. groups, "new"], 0.2, 3);
        Assert.InRange(before.Zip(after).Count(pair => pair.First != pair.Second), 0, 2);
    }

    [Fact]
    public void Seeds_draw_every_image_sometimes()
    {
        string[] groups = [.. Enumerable.Range(0, 10).Select(i => $"{i}")];
        var counts = new int[10];
        for (ulong seed = 0; seed < 1000; seed++)
        {
            var split = StratifiedSplit.Choose(new int[10], groups, 0.2, seed);
            for (var i = 0; i < 10; i++)
                counts[i] += split[i] ? 1 : 0;
        }

        // 200 expected each; six standard deviations.
        Assert.All(counts, count => Assert.InRange(count, 124, 276));
    }
}
