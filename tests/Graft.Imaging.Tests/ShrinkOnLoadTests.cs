namespace Graft.Imaging.Tests;

public class ShrinkOnLoadTests
{
    [Theory]
    [InlineData("large.jpg")]
    [InlineData("large.webp")]
    public void Shrinking_stops_while_both_sides_have_what_is_asked_for(string name)
    {
        var decoder = new ImageDecoder();
        var bytes = Reference.Bytes(name);
        foreach (
            var (atLeast, expected) in (((int, int), (int, int))[])
                [
                    ((0, 0), (800, 600)),
                    ((800, 600), (800, 600)),
                    ((401, 1), (800, 600)),
                    ((400, 300), (400, 300)),
                    ((1, 301), (800, 600)),
                    ((1, 300), (400, 300)),
                    ((200, 150), (200, 150)),
                    ((100, 75), (100, 75)),
                    ((1, 1), (100, 75)),
                    ((0, 1), (800, 600)),
                    ((5000, 5000), (800, 600)),
                ]
        )
        {
            using var image = decoder.Decode(bytes, name, atLeast.Item1, atLeast.Item2);
            Assert.Equal(expected, (image.Width, image.Height));
        }
    }

    [Fact]
    public void No_shrink_leaves_less_than_is_asked_for()
    {
        for (var width = 1; width < 300; width += 7)
        {
            for (var height = 1; height < 300; height += 11)
            {
                for (var enough = 1; enough < 200; enough += 13)
                {
                    var info = new ImageInfo(ImageFormat.Jpeg, width, height, 3, 1, false);
                    var shrink = ImageDecoder.Shrink(info, enough, enough);
                    Assert.Contains(shrink, (int[])[1, 2, 4, 8]);
                    Assert.True(shrink == 1 || (width / shrink >= enough && height / shrink >= enough));
                    Assert.True(shrink == 8 || width / (shrink * 2) < enough || height / (shrink * 2) < enough);
                }
            }
        }
    }

    [Fact]
    public void A_picture_that_lies_on_its_side_is_shrunk_by_its_sides_as_shown()
    {
        // 48 x 36 as stored, 36 x 48 as shown: a half leaves 18 x 24.
        var decoder = new ImageDecoder();
        var bytes = Reference.Bytes("orientation-6.jpg");
        using var shrunk = decoder.Decode(bytes, "orientation-6.jpg", 18, 24);
        using var full = decoder.Decode(bytes, "orientation-6.jpg", 24, 18);
        Assert.Equal((18, 24), (shrunk.Width, shrunk.Height));
        Assert.Equal((36, 48), (full.Width, full.Height));
    }

    [Theory]
    [InlineData("large.jpg", ResizeRule.Stretch, null)]
    [InlineData("large.jpg", ResizeRule.Crop, 64)]
    [InlineData("large.jpg", ResizeRule.Pad, null)]
    [InlineData("large.webp", ResizeRule.Stretch, null)]
    public void A_shrunk_picture_looks_like_one_resized_from_full_size(string name, ResizeRule rule, int? shorterSide)
    {
        var preprocessing = new Preprocessing
        {
            Width = 56,
            Height = 56,
            Resize = rule,
            ShorterSide = shorterSide,
        };
        var loader = new ImageLoader(preprocessing);
        var rgb = new byte[loader.ValueCount];
        using var decoded = loader.Decode(Reference.Bytes(name), name);
        loader.Resize(decoded.Pixels, rgb);

        using var full = new ImageDecoder().Decode(Reference.Bytes(name), name);
        using var expected = ImageResizer.Resize(full, 56, 56, rule, shorterSide);
        Assert.InRange(Reference.LargestDifference(expected.Pixels, rgb), 0, 6);
    }
}
