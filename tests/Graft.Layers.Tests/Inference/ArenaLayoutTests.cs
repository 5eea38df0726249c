using FsCheck;
using FsCheck.Fluent;
using Graft.Layers.Inference;
using Graft.Tensors;

namespace Graft.Layers.Tests.Inference;

public sealed class ArenaLayoutTests
{
    [Fact]
    public void Values_alive_at_once_never_overlap() =>
        Prop.ForAll(Gen.Choose(0, 1_000_000).ToArbitrary(), seed =>
            {
                var lives = Lives(seed);
                var layout = ArenaLayout.Compute(lives);
                foreach (var one in lives)
                {
                    var start = layout.Places[one.Value].Start;
                    Assert.Equal(0, start % 16);
                    Assert.InRange(start + one.Elements, 0, layout.Size);
                    foreach (var other in lives.Where(other => other.Value > one.Value))
                    {
                        var together = Enumerable
                            .Range(0, 60)
                            .Any(step =>
                                step >= one.First && step <= one.Last && step >= other.First && step <= other.Last
                            );
                        var apart =
                            start + one.Elements <= layout.Places[other.Value].Start
                            || layout.Places[other.Value].Start + other.Elements <= start;
                        Assert.True(!together || apart, $"{one} and {other}");
                    }
                }

                // Some value lies at the end: nothing is larger than it must be.
                Assert.Equal(
                    layout.Size,
                    lives.Select(life => layout.Places[life.Value].Start + life.Elements).DefaultIfEmpty(0).Max()
                );
            })
            .QuickCheckThrowOnFailure();

    [Fact]
    public void A_chain_of_layers_needs_two_buffers()
    {
        var lives = Enumerable.Range(0, 20).Select(step => new ValueLife(step, 160, step, step + 1));
        Assert.Equal(320, ArenaLayout.Compute(lives).Size);
    }

    private static List<ValueLife> Lives(int seed)
    {
        var random = new DeterministicRandom((ulong)seed);
        return
        [
            .. Enumerable
                .Range(0, random.NextInt(25))
                .Select(value =>
                {
                    var first = random.NextInt(30);
                    return new ValueLife(value, random.NextInt(200), first, first + random.NextInt(20));
                }),
        ];
    }
}
