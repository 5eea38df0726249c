using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Graft.Imaging.Augmentation;

namespace Graft.Imaging.Tests.Augmentation;

public class AugmentationOptionsTests
{
    [Fact]
    public void Texts_and_JSON_lead_back_to_the_same_options()
    {
        var numbers = Gen.Choose(0, 1000).Select(value => value / 1000.0);
        var ranges = numbers
            .Two()
            .Select(pair => new ValueRange(
                0.1 + (0.9 * Math.Min(pair.Item1, pair.Item2)),
                0.1 + (0.9 * Math.Max(pair.Item1, pair.Item2))
            ));
        var all =
            from values in numbers.ArrayOf(14)
            from range in ranges.ArrayOf(4)
            from fill in Gen.Elements(Enum.GetValues<FillMode>())
            select new AugmentationOptions
            {
                HorizontalFlip = values[0],
                VerticalFlip = values[1],
                Rotation = values[2] * 180,
                Shear = values[3] * 60,
                Zoom = values[4] * 0.75,
                WidthShift = values[5],
                HeightShift = values[6],
                CropScale = range[0],
                CropRatio = range[1],
                Brightness = values[7] / 3,
                Contrast = values[8],
                Saturation = values[9],
                Hue = values[10] / 2,
                Erasing = values[11],
                ErasingScale = range[2],
                ErasingRatio = range[3],
                Fill = fill,
                MixUp = values[12],
                CutMix = values[13],
            };
        Prop.ForAll(all.ToArbitrary(), options =>
            {
                Assert.Equal(options, AugmentationOptions.Parse(options.Validated().ToString()));
                Assert.Equal(
                    options,
                    JsonSerializer.Deserialize<AugmentationOptions>(JsonSerializer.Serialize(options))
                );
            })
            .QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("none")]
    [InlineData("light")]
    [InlineData("standard")]
    [InlineData("strong")]
    public void Every_set_has_a_name_is_valid_and_leads_back_to_itself(string name)
    {
        var options = AugmentationOptions.Named(name)!.Validated();
        Assert.Equal(options, AugmentationOptions.Parse(name));
        Assert.Equal(options, AugmentationOptions.Parse(options.ToString()));
        Assert.Equal(name == "none", options.IsNone);
    }

    [Fact]
    public void Settings_override_a_set_and_those_that_change_nothing_are_no_augmentation()
    {
        Assert.Equal(
            AugmentationOptions.Standard with
            {
                Hue = 0.05,
                Fill = FillMode.Reflect,
            },
            AugmentationOptions.Parse("standard,hue=0.05, fill=reflect")
        );
        Assert.Equal("horizontal-flip=0.5,crop=0.8..1,crop-ratio=0.9..1.1", AugmentationOptions.Light.ToString());
        Assert.Equal("none", new AugmentationOptions().ToString());
        Assert.True(AugmentationOptions.Parse("fill=reflect,crop-ratio=1").IsNone);
        Assert.False(AugmentationOptions.Parse("mixup=0.2").IsNone);
        Assert.False(AugmentationOptions.Parse("horizontal-flip=0.5,brightness=0.1,erasing=1,mixup=1").Warps);
        Assert.True(AugmentationOptions.Parse("crop=0.5..1").Warps);
    }

    [Theory]
    [InlineData("lots", "none, light, standard or strong")]
    [InlineData("", "none, light, standard or strong")]
    [InlineData("rotation=181", "from 0 to 180")]
    [InlineData("rotation=NaN", "from 0 to 180")]
    [InlineData("horizontal-flip=-1", "from 0 to 1")]
    [InlineData("crop=0..1", "0.01..1")]
    [InlineData("crop=1..0.5", "smaller number first")]
    [InlineData("crop=a", "range")]
    [InlineData("fill=blue", "edge, constant or reflect")]
    [InlineData("twirl=1", "rotation")]
    [InlineData("light,standard", "none, light")]
    public void What_is_wrong_is_told_with_what_is_right(string text, string expected) =>
        Assert.Contains(
            expected,
            Assert.Throws<FormatException>(() => AugmentationOptions.Parse(text)).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void Options_that_are_made_in_code_are_checked_too()
    {
        Assert.Contains(
            "'zoom'",
            Assert.Throws<ArgumentOutOfRangeException>(() => new AugmentationOptions { Zoom = 2 }.Validated()).Message,
            StringComparison.Ordinal
        );
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            new AugmentationOptions { CropScale = new(0.9, 0.5) }.Validated()
        );
        Assert.Throws<ArgumentOutOfRangeException>(() => new AugmentationOptions { Fill = (FillMode)7 }.Validated());
    }
}
