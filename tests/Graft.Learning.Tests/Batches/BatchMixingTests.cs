using Graft.Imaging.Augmentation;
using Graft.Learning.Batches;
using Graft.Tensors;

namespace Graft.Learning.Tests.Batches;

public class BatchMixingTests
{
    private const int Count = 5;
    private const int Width = 8;
    private const int Height = 6;
    private const int Classes = 4;

    /// <summary>No two neighbours alike, so that targets tell the shares.</summary>
    private static readonly int[] Labels = [0, 1, 2, 3, 1];

    [Fact]
    public void MixUp_blends_each_picture_with_the_next_by_the_shares_of_its_targets()
    {
        var (before, after, labels, targets) = Mix(new() { MixUp = 1 }, 3);
        for (var i = 0; i < Count; i++)
        {
            var next = (i + 1) % Count;
            var share = Share(targets, i);
            Assert.InRange(share, 0, 1);
            for (var value = 0; value < after[i].Length; value++)
                Assert.Equal((before[i][value] * share) + (before[next][value] * (1 - share)), after[i][value], 1e-4);
            Assert.Equal(share >= 0.5 ? Labels[i] : Labels[next], labels[i]);
        }
    }

    [Fact]
    public void CutMix_replaces_a_rectangle_whose_area_is_the_share_of_its_class()
    {
        for (ulong seed = 0; seed < 20; seed++)
        {
            var (before, after, labels, targets) = Mix(new() { CutMix = 1 }, seed);
            for (var i = 0; i < Count; i++)
            {
                var next = (i + 1) % Count;
                var replaced = Enumerable
                    .Range(0, Width * Height)
                    .Where(pixel => after[i][3 * pixel] != before[i][3 * pixel])
                    .ToArray();
                Assert.All(replaced, pixel => Assert.Equal(before[next][3 * pixel], after[i][3 * pixel]));
                Assert.Equal(1 - ((double)replaced.Length / (Width * Height)), Share(targets, i), 1e-6);
                if (replaced.Length == 0)
                    continue;
                var columns = replaced.Max(pixel => pixel % Width) - replaced.Min(pixel => pixel % Width) + 1;
                var rows = replaced.Max(pixel => pixel / Width) - replaced.Min(pixel => pixel / Width) + 1;
                Assert.Equal(columns * rows, replaced.Length);
                Assert.Equal(replaced.Length * 2 <= Width * Height ? Labels[i] : Labels[next], labels[i]);
            }
        }
    }

    [Fact]
    public void With_both_some_pictures_are_blended_and_some_are_cut()
    {
        var (blended, cut) = (0, 0);
        for (ulong seed = 0; seed < 20; seed++)
        {
            var (before, after, _, _) = Mix(new() { MixUp = 1, CutMix = 1 }, seed);
            for (var i = 0; i < Count; i++)
            {
                if (
                    after[i]
                        .Zip(before[i], before[(i + 1) % Count])
                        .All(value => value.First == value.Second || value.First == value.Third)
                )
                    cut++;
                else
                    blended++;
            }
        }

        Assert.InRange(blended, 30, 70);
        Assert.Equal(100, blended + cut);
    }

    [Theory]
    [InlineData(0.2)]
    [InlineData(1)]
    [InlineData(5)]
    public void Shares_have_the_mean_and_the_variance_of_the_beta_distribution(double alpha)
    {
        const int Draws = 20_000;
        var random = new DeterministicRandom(9);
        var drawn = Enumerable.Range(0, Draws).Select(_ => BetaDistribution.Draw(random, alpha)).ToArray();
        Assert.All(drawn, value => Assert.InRange(value, 0, 1));
        var variance = 1 / (4 * ((2 * alpha) + 1));
        Assert.Equal(0.5, drawn.Average(), 5 * Math.Sqrt(variance / Draws));
        Assert.Equal(variance, drawn.Average(value => (value - 0.5) * (value - 0.5)), 0.05 * variance);
    }

    [Fact]
    public void The_smallest_parameters_are_a_coin()
    {
        var random = new DeterministicRandom(2);
        var drawn = Enumerable.Range(0, 1000).Select(_ => BetaDistribution.Draw(random, 1e-5)).ToArray();
        Assert.All(drawn, value => Assert.True(value is >= 0 and <= 1));
        Assert.InRange(drawn.Average(), 0.4, 0.6);
    }

    private static (float[][] Before, float[][] After, int[] Labels, float[][] Targets) Mix(
        AugmentationOptions options,
        ulong seed
    )
    {
        using var pixels = Tensor.Uninitialized(new Shape(Count, Height, Width, 3));
        var random = new DeterministicRandom(100);
        foreach (ref var value in pixels.Span)
            value = random.NextSingle() * 255;
        var before = Rows(pixels);
        var labels = Labels.ToArray();
        using var targets = BatchMixing.Mix(pixels, labels, Classes, options, i => new DeterministicRandom(
            (seed << 8) + (ulong)i
        ));
        Assert.Equal(new Shape(Count, Classes), targets.Shape);
        Assert.All(Rows(targets), row => Assert.Equal(1, row.Sum(), 1e-6));
        return (before, Rows(pixels), labels, Rows(targets));

        static float[][] Rows(Tensor tensor) =>
            [.. Enumerable.Range(0, tensor.Shape[0]).Select(i => tensor.Rows(i).ToArray())];
    }

    /// <summary>How much of a picture is its own; the rest is of the next one's class.</summary>
    private static double Share(float[][] targets, int picture) => targets[picture][Labels[picture]];
}
