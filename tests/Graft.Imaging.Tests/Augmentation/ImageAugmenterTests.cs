using Graft.Imaging.Augmentation;

namespace Graft.Imaging.Tests.Augmentation;

public class ImageAugmenterTests
{
    public static TheoryData<ResizeRule> Rules => [ResizeRule.Stretch, ResizeRule.Crop, ResizeRule.Pad];

    [Theory]
    [MemberData(nameof(Rules))]
    public void Without_warps_the_pixels_are_exactly_those_of_evaluation_and_their_mirror_images(ResizeRule rule)
    {
        var preprocessing = Preprocessing.Torchvision(48) with { Resize = rule, Width = 40 };
        var bytes = Reference.Bytes("large.jpg");
        var expected = new float[40 * 48 * 3];
        new ImageLoader(preprocessing).Load(bytes, "large.jpg", expected);
        var augmenter = new ImageAugmenter(preprocessing, warps: false);
        using var decoded = augmenter.Loader.Decode(bytes, "large.jpg");
        using var prepared = augmenter.Prepare(decoded.Pixels);
        Assert.Equal(expected, Render(ImageTransform.Identity));
        var mirrored = Render(ImageTransform.Mirrored);
        var upsideDown = Render(new() { FlipVertically = true });
        Assert.NotEqual(expected, mirrored);
        for (var y = 0; y < 48; y++)
        {
            for (var x = 0; x < 40; x++)
            {
                Assert.Equal(Pixel(expected, x, y), Pixel(mirrored, 39 - x, y));
                Assert.Equal(Pixel(expected, x, y), Pixel(upsideDown, x, 47 - y));
            }
        }

        float[] Render(ImageTransform transform)
        {
            var pixels = new float[expected.Length];
            augmenter.Render(prepared, transform, pixels);
            return pixels;
        }

        static (float, float, float) Pixel(float[] pixels, int x, int y)
        {
            var at = ((y * 40) + x) * 3;
            return (pixels[at], pixels[at + 1], pixels[at + 2]);
        }
    }

    [Fact]
    public void A_flip_in_a_warp_is_a_mirror_image_too()
    {
        using var source = Reference.Formula(12, 12);
        var plain = WarpTests.Render(source, 12, 12, ImageTransform.Identity);
        var flipped = WarpTests.Render(source, 12, 12, ImageTransform.Mirrored);
        for (var i = 0; i < plain.Length; i++)
            Assert.Equal(plain[i], flipped[(((i / 36 * 12) + 11 - (i / 3 % 12)) * 3) + (i % 3)]);
    }

    [Fact]
    public void Hue_turns_red_towards_yellow_and_keeps_the_luma_and_greys()
    {
        using var source = RgbImage.FromPixels(3, 1, [150, 100, 100, 77, 77, 77, 100, 120, 90]);
        var before = WarpTests.Render(source, 3, 1, ImageTransform.Identity, warps: false);
        var after = WarpTests.Render(source, 3, 1, new() { Hue = 0.1 }, warps: false);
        Assert.True(after[1] > 105, $"{after[1]}");
        Assert.True(after[2] < 100, $"{after[2]}");
        for (var i = 3; i < 6; i++)
            Assert.Equal(77, after[i], 0.001);
        for (var i = 0; i < 9; i += 3)
            Assert.Equal(Luma(before, i), Luma(after, i), 0.001);
        var back = WarpTests.Render(source, 3, 1, new() { Hue = 1 }, warps: false);
        for (var i = 0; i < 9; i++)
            Assert.Equal(before[i], back[i], 0.001);

        static double Luma(float[] pixels, int at) =>
            (0.299 * pixels[at]) + (0.587 * pixels[at + 1]) + (0.114 * pixels[at + 2]);
    }

    [Fact]
    public void Half_a_turn_of_the_hue_is_the_opposite_colour_of_the_same_luma()
    {
        using var source = RgbImage.FromPixels(1, 1, [150, 100, 110]);
        var luma = (0.299 * 150) + (0.587 * 100) + (0.114 * 110);
        var after = WarpTests.Render(source, 1, 1, new() { Hue = 0.5 }, warps: false);
        Assert.Equal((2 * luma) - 150, after[0], 0.001);
        Assert.Equal((2 * luma) - 100, after[1], 0.001);
        Assert.Equal((2 * luma) - 110, after[2], 0.001);
    }

    [Fact]
    public void Colours_stay_within_0_and_255()
    {
        using var source = Reference.Formula(9, 9);
        var pixels = WarpTests.Render(
            source,
            9,
            9,
            new()
            {
                Brightness = 2,
                Contrast = 3,
                Saturation = 4,
                Hue = 0.3,
            }
        );
        Assert.All(pixels, value => Assert.InRange(value, 0, 255));
        Assert.Contains(0, pixels);
        Assert.Contains(255, pixels);
    }

    [Fact]
    public void Erasing_paints_a_rectangle_with_the_colour_that_becomes_zero()
    {
        using var source = Reference.Formula(10, 10);
        var preprocessing = WarpTests.Stretched(10, 10);
        var before = WarpTests.Render(source, 10, 10, ImageTransform.Identity, warps: false);
        var after = WarpTests.Render(source, preprocessing, new() { Erased = new(0.2, 0.5, 0.3, 0.4) }, warps: false);
        for (var i = 0; i < 100; i++)
        {
            var inside = i % 10 is >= 2 and < 5 && i / 10 is >= 5 and < 9;
            Assert.Equal(
                inside ? [123.68f, 116.779f, 103.939f] : before[(3 * i)..((3 * i) + 3)],
                after[(3 * i)..((3 * i) + 3)]
            );
        }
    }

    [Fact]
    public void A_warp_of_pictures_prepared_for_flips_is_an_error()
    {
        using var source = Reference.Formula(10, 10);
        var error = Assert.Throws<ArgumentException>(() =>
            WarpTests.Render(source, 10, 10, new() { Rotation = 5 }, warps: false)
        );
        Assert.Contains("rotation 5", error.Message, StringComparison.Ordinal);
    }
}
