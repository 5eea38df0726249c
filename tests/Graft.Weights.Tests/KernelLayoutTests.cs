using Graft.Tensors;

namespace Graft.Weights.Tests;

public sealed class KernelLayoutTests
{
    /// <summary>Sizes beside, at and above what is moved at a time.</summary>
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(1, 300, 40)]
    [InlineData(9, 3, 64)]
    [InlineData(9, 29, 17)]
    [InlineData(49, 6, 33)]
    [InlineData(256, 2, 16)]
    [InlineData(400, 3, 19)]
    [InlineData(0, 4, 4)]
    public void Every_value_is_where_the_other_order_has_it(int taps, int inputs, int outputs)
    {
        var random = new DeterministicRandom(1);
        var from = new float[taps * inputs * outputs];
        foreach (ref var value in from.AsSpan())
            value = random.NextSingle();
        var to = new float[from.Length];
        KernelLayout.FromChannelsFirst(from, to, taps, inputs, outputs);
        for (var output = 0; output < outputs; output++)
        {
            for (var input = 0; input < inputs; input++)
            {
                for (var tap = 0; tap < taps; tap++)
                    Assert.Equal(
                        from[(((output * inputs) + input) * taps) + tap],
                        to[(((tap * inputs) + input) * outputs) + output]
                    );
            }
        }

        var back = new float[from.Length];
        KernelLayout.ToChannelsFirst(to, back, taps, inputs, outputs);
        Assert.Equal(from, back);
    }

    [Fact]
    public void Lengths_that_do_not_fit_are_refused() =>
        Assert.Throws<ArgumentException>(() => KernelLayout.FromChannelsFirst(new float[8], new float[9], 3, 3, 1));
}
