using Graft.Imaging.Augmentation;

namespace Graft.Imaging.Tests.Augmentation;

public class ImageViewsTests
{
    [Fact]
    public void Views_are_the_picture_its_mirror_image_and_parts_of_both()
    {
        var preprocessing = Preprocessing.Torchvision(32);
        var views = TestTimeViews.First(TestTimeViews.MaximumCount);
        Assert.Equal(12, views.Distinct().Count());
        Assert.Equal([ImageTransform.Identity, ImageTransform.Mirrored], TestTimeViews.First(2));
        var bytes = Reference.Bytes("large.jpg");
        var loader = new ImageLoader(preprocessing);
        var length = loader.ValueCount;
        var pixels = new float[views.Count * length];
        new ImageViews(preprocessing, views).Load(bytes, "large.jpg", pixels);
        var plain = new float[length];
        loader.Load(bytes, "large.jpg", plain);
        Assert.Equal(plain, pixels[..length]);

        for (var i = 1; i < views.Count; i++)
        {
            var alone = new float[length];
            new ImageViews(preprocessing, [views[i]]).Load(bytes, "large.jpg", alone);
            Assert.Equal(alone, pixels[(i * length)..((i + 1) * length)]);
        }
    }

    [Fact]
    public void The_parts_meet_the_sides_of_the_picture()
    {
        // 90 columns of rising red: what is left of the view's left side, and right of its right side, would show as
        // other values.
        const int Side = 90;
        using var source = RgbImage.FromPixels(
            Side,
            Side,
            [.. Enumerable.Range(0, Side * Side * 3).Select(i => (byte)(2 * (i / 3 % Side)))]
        );
        var left = WarpTests.Render(source, Side, Side, TestTimeViews.First(5)[4]);
        var right = WarpTests.Render(source, Side, Side, TestTimeViews.First(7)[6]);
        var middle = WarpTests.Render(source, Side, Side, TestTimeViews.First(3)[2]);
        // The view shows 80 columns: 0 to 80, 10 to 90, 5 to 85.
        Assert.Equal(2 * ((80.0 * 45.5 / 90) - 0.5), left[45 * 3], 1e-3);
        Assert.Equal(2 * (10 + (80.0 * 45.5 / 90) - 0.5), right[45 * 3], 1e-3);
        Assert.Equal(2 * (5 + (80.0 * 45.5 / 90) - 0.5), middle[45 * 3], 1e-3);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(13)]
    public void There_are_no_other_numbers_of_views(int count) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => TestTimeViews.First(count));
}
