namespace Graft.Tensors.Tests;

public sealed class DeterministicRandomTests
{
    // The first outputs for the state 1, 2, 3, 4 as published with other implementations of xoshiro256**, computed by
    // its authors' C program.
    private static readonly ulong[] Published =
    [
        11520,
        0,
        1509978240,
        1215971899390074240,
        1216172134540287360,
        607988272756665600,
        16172922978634559625,
        8476171486693032832,
        10595114339597558777,
        2904607092377533576,
    ];

    [Fact]
    public void Numbers_are_those_published_for_xoshiro256_star_star()
    {
        var random = new DeterministicRandom(new RandomState(1, 2, 3, 4));
        Assert.Equal(Published, Published.Select(_ => random.NextUInt64()));
    }

    [Fact]
    public void Seeds_are_spread_as_published_for_splitmix64()
    {
        ulong[] published = [6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431];
        var random = new DeterministicRandom(1234567);
        Assert.Equal(new RandomState(published[0], published[1], published[2], published[3]), random.State);
    }

    [Fact]
    public void A_restored_state_goes_on_with_the_same_numbers()
    {
        var random = new DeterministicRandom(7);
        for (var i = 0; i < 13; i++)
            random.NextGaussian();
        var restored = new DeterministicRandom(random.State);
        for (var i = 0; i < 100; i++)
        {
            Assert.Equal(random.NextGaussian(), restored.NextGaussian());
            Assert.Equal(random.NextInt(1000), restored.NextInt(1000));
            Assert.Equal(random.NextSingle(), restored.NextSingle());
        }
    }

    [Fact]
    public void A_state_of_zeros_is_refused() =>
        Assert.Throws<ArgumentException>(() => new DeterministicRandom(default(RandomState)));

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(64)]
    public void Integers_are_spread_evenly(int limit)
    {
        var counts = new int[limit];
        var random = new DeterministicRandom(3);
        const int Each = 2000;
        for (var i = 0; i < Each * limit; i++)
            counts[random.NextInt(limit)]++;

        // Six standard deviations of a binomial count.
        var allowed = 6 * Math.Sqrt(Each);
        Assert.All(counts, count => Assert.InRange(count, Each - allowed, Each + allowed));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void A_limit_below_one_is_refused(int limit) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new DeterministicRandom(1).NextInt(limit));

    [Fact]
    public void Large_limits_are_reached_and_not_exceeded()
    {
        var random = new DeterministicRandom(5);
        var numbers = Enumerable.Range(0, 10_000).Select(_ => random.NextInt(int.MaxValue)).ToArray();
        Assert.All(numbers, number => Assert.InRange(number, 0, int.MaxValue - 1));
        Assert.True(numbers.Max() > int.MaxValue - (int.MaxValue / 500));
    }

    [Fact]
    public void Fractions_lie_from_zero_to_below_one_with_the_mean_of_a_half()
    {
        var random = new DeterministicRandom(11);
        double sum = 0;
        for (var i = 0; i < 100_000; i++)
        {
            var value = random.NextSingle();
            Assert.InRange(value, 0f, MathF.BitDecrement(1));
            sum += value;
        }

        Assert.Equal(0.5, sum / 100_000, 0.005);
    }

    [Fact]
    public void Gaussian_numbers_have_the_moments_of_the_normal_distribution()
    {
        var random = new DeterministicRandom(1);
        const int Count = 200_000;
        double first = 0,
            second = 0,
            third = 0,
            fourth = 0;
        for (var i = 0; i < Count; i++)
        {
            var value = random.NextGaussian();
            first += value;
            second += value * value;
            third += value * value * value;
            fourth += value * value * value * value;
        }

        // About five standard errors: sqrt(1, 2, 15, 96 over the count).
        Assert.Equal(0, first / Count, 0.012);
        Assert.Equal(1, second / Count, 0.016);
        Assert.Equal(0, third / Count, 0.045);
        Assert.Equal(3, fourth / Count, 0.11);
    }

    [Theory]
    [InlineData(1e-300)]
    [InlineData(1e-9)]
    [InlineData(0.25)]
    [InlineData(0.70710678118654757)]
    [InlineData(0.9999999)]
    [InlineData(1.0)]
    [InlineData(1.4142135623730951)]
    [InlineData(12345.678)]
    public void The_logarithm_agrees_with_the_platforms(double value) =>
        Assert.Equal(
            Math.Log(value),
            DeterministicRandom.Logarithm(value),
            1e-15 * Math.Max(1, Math.Abs(Math.Log(value)))
        );

    [Fact]
    public void A_shuffle_keeps_all_items_and_every_order_is_equally_likely()
    {
        var random = new DeterministicRandom(2);
        var counts = new Dictionary<string, int>();
        const int Each = 2000;
        for (var i = 0; i < 24 * Each; i++)
        {
            List<char> items = ['a', 'b', 'c', 'd'];
            random.Shuffle(items);
            var order = string.Concat(items);
            counts[order] = counts.GetValueOrDefault(order) + 1;
        }

        Assert.Equal(24, counts.Count);
        Assert.All(counts, pair => Assert.Equal("abcd", string.Concat(pair.Key.Order())));
        Assert.All(counts.Values, count =>
            Assert.InRange(count, Each - (6 * Math.Sqrt(Each)), Each + (6 * Math.Sqrt(Each)))
        );
    }
}
