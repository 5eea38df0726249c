using FsCheck;
using FsCheck.Fluent;
using Graft.Data.Hashing;
using Graft.Data.Measurements;
using Graft.Features.Storage;
using Graft.Imaging;

namespace Graft.Data.Tests.Measurements;

public sealed class ImageMeasurementTests
{
    [Fact]
    public void Light_is_that_of_the_pixels()
    {
        var pixels = SampleImages.Pixels(40, 30, 2, 7);
        using var image = RgbImage.FromPixels(40, 30, pixels);
        var facts = ImageMeasurement.Compute(Info(40, 30), image, 123);
        var luminance = Enumerable
            .Range(0, 1200)
            .Select(i => (0.299 * pixels[3 * i]) + (0.587 * pixels[(3 * i) + 1]) + (0.114 * pixels[(3 * i) + 2]))
            .ToArray();
        var mean = luminance.Average();
        Assert.Equal(mean, facts.Brightness, 1e-3);
        Assert.Equal(Math.Sqrt(luminance.Average(value => (value - mean) * (value - mean))), facts.Contrast, 1e-3);
        Assert.Equal((40, 30, 123L, "RGB"), (facts.Width, facts.Height, facts.FileBytes, facts.ColourMode));
    }

    [Fact]
    public void A_blurred_picture_has_no_hard_edges()
    {
        using var sharp = SampleImages.Image(2, 1, 200, 150);
        using var small = ImageResizer.Resize(sharp, 10, 8);
        using var blurred = ImageResizer.Resize(small, 200, 150);
        Assert.True(ImageMeasurement.Compute(Info(200, 150), sharp, 1).Sharpness > 60);
        Assert.True(ImageMeasurement.Compute(Info(200, 150), blurred, 1).Sharpness < 10);
    }

    [Fact]
    public void Sharpness_is_found_without_sorting_as_it_would_be_by_sorting() =>
        Prop.ForAll(
                ArbMap.Default.ArbFor<NonEmptyArray<byte>>(),
                ArbMap.Default.ArbFor<NonNegativeInt>(),
                (bytes, any) =>
                {
                    // Few different values, so that many are equal.
                    float[] values = [.. bytes.Get.Select(value => (float)(value % 7))];
                    var place = any.Get % values.Length;
                    Assert.Equal(values.Order().ElementAt(place), ImageMeasurement.Smallest(values.AsSpan(), place));
                }
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void A_picture_keeps_its_signature_at_other_sizes_and_qualities_and_mirrors_it_when_it_is_mirrored()
    {
        using var image = SampleImages.Image(0, 5, 120, 90);
        using var smaller = ImageResizer.Resize(image, 60, 45);
        using var encoded = new ImageDecoder().Decode(ImageEncoder.Encode(image, ImageFormat.Jpeg, 50), "copy");
        using var mirrored = SampleImages.Mirror(image);
        using var other = SampleImages.Image(1, 5, 120, 90);
        var signature = Signature(image);
        Assert.Equal(1, signature.Correlation(signature), 1e-6);
        Assert.True(signature.Correlation(Signature(smaller)) > 0.99);
        Assert.True(signature.Correlation(Signature(encoded)) > 0.99);
        Assert.True(signature.Correlation(Signature(mirrored)) < 0);
        Assert.True(signature.Flipped().Correlation(Signature(mirrored)) > 0.999);
        Assert.True(signature.Correlation(Signature(other)) < 0.7);
        Assert.Equal(signature.Values, signature.Flipped().Flipped().Values);
    }

    [Fact]
    public void What_shows_nothing_is_like_nothing()
    {
        using var blank = RgbImage.FromPixels(20, 20, Enumerable.Repeat((byte)90, 1200).ToArray());
        var facts = ImageMeasurement.Compute(Info(20, 20), blank, 1);
        Assert.Equal((90f, true), (MathF.Round(facts.Brightness), facts.Signature.IsBlank));
        Assert.Equal(0, facts.Signature.Correlation(facts.Signature));
    }

    [Fact]
    public void Facts_come_back_from_the_store_as_they_were()
    {
        using var store = FeatureStore.InMemory();
        using var image = SampleImages.Image(0, 1);
        var facts = ImageMeasurement.Compute(
            new(ImageFormat.Tiff, 300_000_007, 2_000_001, 4, 8, HasColourProfile: true),
            image,
            9_876_543_210
        );
        var hash = ContentHash.Compute([1]);
        var table = ImageFactTable.Create(store, Preprocessing.Caffe(64));
        Assert.Null(table.TryRead(hash));
        table.WriteBatch([(hash, facts)]);
        var read = table.TryRead(hash)!;
        Assert.Equal(facts.Signature.Values, read.Signature.Values);
        Assert.Equal(facts with { Signature = read.Signature }, read);
        Assert.Null(ImageFactTable.Create(store, Preprocessing.Caffe(32)).TryRead(hash));
    }

    private static ImageSignature Signature(RgbImage image) =>
        ImageMeasurement.Compute(Info(image.Width, image.Height), image, 1).Signature;

    private static ImageInfo Info(int width, int height) =>
        new(ImageFormat.Png, width, height, 3, 1, HasColourProfile: false);
}
