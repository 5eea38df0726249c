using FsCheck;
using FsCheck.Fluent;
using Graft.Imaging.Augmentation;

namespace Graft.Imaging.Tests.Augmentation;

public class AugmentationDrawTests
{
    private const int Draws = 20_000;

    [Fact]
    public void Draws_are_as_frequent_and_as_spread_as_the_options_say()
    {
        var options = new AugmentationOptions
        {
            HorizontalFlip = 0.3,
            VerticalFlip = 0.1,
            Rotation = 30,
            Zoom = 0.2,
            Brightness = 0.4,
            Erasing = 0.25,
            CropScale = new(0.2, 0.8),
        };
        var random = AugmentationDraw.RandomFor(1, 1, "a");
        var drawn = Enumerable.Range(0, Draws).Select(_ => options.Draw(random, (100, 100))).ToArray();
        AssertShare(0.3, drawn.Count(one => one.FlipHorizontally));
        AssertShare(0.1, drawn.Count(one => one.FlipVertically));
        AssertShare(0.25, drawn.Count(one => one.Erased is not null));
        AssertUniform(-30, 30, drawn.Select(one => one.Rotation));
        AssertUniform(0.8, 1.2, drawn.Select(one => one.Magnification));
        AssertUniform(0.6, 1.4, drawn.Select(one => one.Brightness));
        Assert.All(drawn, one => Assert.InRange(one.Crop!.Value.Width * one.Crop.Value.Height, 0.2 - 1e-9, 0.8 + 1e-9));
        // Where a rectangle fits, it may lie anywhere: as far from one side as from the other.
        AssertNear(
            0,
            drawn.Average(one => one.Crop!.Value.Left - (1 - one.Crop.Value.Left - one.Crop.Value.Width)),
            0.01
        );

        static void AssertShare(double expected, int count) =>
            AssertNear(expected, (double)count / Draws, 5 * Math.Sqrt(expected * (1 - expected) / Draws));

        static void AssertUniform(double minimum, double maximum, IEnumerable<double> values)
        {
            var all = values.ToArray();
            Assert.All(all, value => Assert.InRange(value, minimum, maximum));
            var mean = all.Average();
            AssertNear((minimum + maximum) / 2, mean, 5 * (maximum - minimum) / Math.Sqrt(12.0 * Draws));
            AssertNear(
                (maximum - minimum) * (maximum - minimum) / 12,
                all.Average(value => (value - mean) * (value - mean)),
                (maximum - minimum) * (maximum - minimum) * 0.005
            );
        }
    }

    [Fact]
    public void Every_draw_stays_within_its_range_and_the_picture()
    {
        var cases =
            from seed in ArbMap.Default.GeneratorFor<ulong>()
            from width in Gen.Choose(1, 500)
            from height in Gen.Choose(1, 500)
            from smallest in Gen.Choose(1, 100)
            from largest in Gen.Choose(smallest, 100)
            from narrow in Gen.Choose(1, 100)
            from wide in Gen.Choose(narrow, 100)
            select (
                seed,
                width,
                height,
                new AugmentationOptions
                {
                    CropScale = new(smallest / 100.0, largest / 100.0),
                    CropRatio = new(narrow / 10.0, wide / 10.0),
                    Erasing = 1,
                    ErasingScale = new(smallest / 100.0, largest / 100.0),
                }
            );
        Prop.ForAll(cases.ToArbitrary(), one =>
            {
                var drawn = one.Item4.Draw(new(one.seed), (one.width, one.height));
                foreach (var box in new[] { drawn.Crop, drawn.Erased })
                {
                    if (box is not { } some)
                        continue;
                    Assert.True(some.Left >= 0 && some.Top >= 0 && some.Width > 0 && some.Height > 0, $"{some}");
                    Assert.True(some.Left + some.Width <= 1 + 1e-9 && some.Top + some.Height <= 1 + 1e-9, $"{some}");
                }

                Assert.Equal(one.Item4.CropScale.Minimum < 1, drawn.Crop is not null);
            })
            .QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_draw_depends_on_seed_epoch_and_picture_alone()
    {
        var options = AugmentationOptions.Strong;
        Assert.Equal(Draw(1, 2, "a"), Draw(1, 2, "a"));
        Assert.NotEqual(Draw(1, 2, "a"), Draw(2, 2, "a"));
        Assert.NotEqual(Draw(1, 2, "a"), Draw(1, 3, "a"));
        Assert.NotEqual(Draw(1, 2, "a"), Draw(1, 2, "b"));

        ImageTransform Draw(ulong seed, int epoch, string key) =>
            options.Draw(AugmentationDraw.RandomFor(seed, epoch, key), (224, 224));
    }

    [Fact]
    public void Turning_one_transform_on_changes_no_other()
    {
        var all = AugmentationOptions.Strong;
        var less = all with { Rotation = 0, CropScale = new(1, 1), Hue = 0 };
        var (left, right) = (all.Draw(new(5), (224, 224)), less.Draw(new(5), (224, 224)));
        Assert.Equal(left with { Rotation = 0, Crop = null, Hue = 0 }, right);
    }

    [Fact]
    public void Nothing_is_drawn_without_augmentation() =>
        Assert.Equal(ImageTransform.Identity, AugmentationOptions.None.Draw(new(3), (10, 10)));

    private static void AssertNear(double expected, double actual, double tolerance) =>
        Assert.InRange(actual, expected - tolerance, expected + tolerance);
}
