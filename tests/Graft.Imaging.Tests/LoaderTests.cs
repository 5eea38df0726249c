namespace Graft.Imaging.Tests;

public class LoaderTests
{
    [Fact]
    public void File_content_pixels_and_floats_give_the_same_values()
    {
        var loader = new ImageLoader(Preprocessing.Caffe(20));
        var bytes = Reference.Bytes("base.png");
        using var image = Reference.Decoded("base.png");
        using var expected = ImageResizer.Resize(image, 20, 20);
        var fromPixels = new byte[1200];
        var (floatsFromFile, floatsFromBytes, floatsFromPixels) = (new float[1200], new float[1200], new float[1200]);

        loader.Resize(image, fromPixels);
        loader.Load(Reference.PathOf("base.png"), floatsFromFile);
        loader.Load(bytes, "base.png", floatsFromBytes);
        loader.Resize(image, floatsFromPixels);

        Assert.Equal(1200, loader.ValueCount);
        Assert.Equal(expected.Pixels.ToArray(), fromPixels);
        foreach (var values in new[] { floatsFromFile, floatsFromBytes, floatsFromPixels })
            Assert.Equal(Array.ConvertAll(expected.Pixels.ToArray(), value => (float)value), values);
    }

    [Fact]
    public void Padding_is_black_whatever_was_in_the_memory()
    {
        var loader = new ImageLoader(
            new()
            {
                Width = 8,
                Height = 8,
                Resize = ResizeRule.Pad,
            }
        );
        using var wide = RgbImage.FromPixels(8, 2, Enumerable.Repeat((byte)200, 48).ToArray());
        var rgb = Enumerable.Repeat((byte)77, loader.ValueCount).ToArray();
        loader.Resize(wide, rgb);
        Assert.All(rgb[..72], value => Assert.Equal(0, value));
        Assert.All(rgb[72..120], value => Assert.Equal(200, value));
        Assert.All(rgb[120..], value => Assert.Equal(0, value));
    }

    [Theory]
    [InlineData(ResizeRule.Crop, 1, 5000)]
    [InlineData(ResizeRule.Crop, 5000, 1)]
    [InlineData(ResizeRule.Pad, 1, 5000)]
    [InlineData(ResizeRule.Pad, 5000, 1)]
    [InlineData(ResizeRule.Stretch, 5000, 1)]
    public void A_line_is_a_picture_too(ResizeRule rule, int width, int height)
    {
        using var line = RgbImage.FromPixels(width, height, Enumerable.Repeat((byte)90, width * height * 3).ToArray());
        using var result = ImageResizer.Resize(line, 224, 224, rule, rule == ResizeRule.Crop ? 256 : null);
        Assert.Contains((byte)90, result.Pixels.ToArray());
        if (rule != ResizeRule.Pad)
            Assert.DoesNotContain((byte)89, result.Pixels.ToArray());
    }

    [Fact]
    public void A_crop_that_is_not_square_just_fills_the_cut()
    {
        using var image = Reference.Formula(40, 40);
        using var result = ImageResizer.Resize(image, 20, 10, ResizeRule.Crop);
        using var scaled = ImageResizer.Resize(image, 20, 20);
        Assert.Equal(scaled.Pixels[(5 * 60)..(15 * 60)].ToArray(), result.Pixels.ToArray());
    }

    [Fact]
    public void Room_of_another_size_is_an_error()
    {
        var loader = new ImageLoader(Preprocessing.Caffe(20));
        Assert.Throws<ArgumentException>(() => loader.Load(Reference.PathOf("base.png"), new float[1199]));
        Assert.Throws<ArgumentException>(() => loader.Load(Reference.PathOf("base.png"), new float[1201]));
        Assert.Throws<ArgumentException>(() => RgbImage.FromPixels(2, 2, new byte[11]));
    }

    [Fact]
    public void A_disposed_picture_gives_no_pixels()
    {
        var image = RgbImage.FromPixels(1, 1, [1, 2, 3]);
        image.Dispose();
        image.Dispose();
        Assert.Throws<ObjectDisposedException>(() => image.Pixels.Length);
    }

    [Fact]
    public void The_version_names_library_and_revision() =>
        Assert.Matches(@"^libvips 8\.\d+\.\d+, decode \d+$", ImageDecoder.Version);
}
