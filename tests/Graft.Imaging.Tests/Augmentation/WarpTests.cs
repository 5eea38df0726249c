using System.Diagnostics;
using Graft.Imaging.Augmentation;
using Graft.Tensors;

namespace Graft.Imaging.Tests.Augmentation;

public class WarpTests
{
    [Theory]
    [InlineData(1, 1, 3, 2)]
    [InlineData(2, 5, 4, 4)]
    [InlineData(13, 11, 13, 11)]
    [InlineData(10, 9, 8, 8)]
    [InlineData(16, 14, 8, 7)]
    [InlineData(5, 7, 17, 9)]
    public void A_warp_is_what_the_oracle_computes(int sourceWidth, int sourceHeight, int width, int height)
    {
        using var source = Reference.Formula(sourceWidth, sourceHeight);
        var random = new DeterministicRandom(7);
        var options = new AugmentationOptions
        {
            HorizontalFlip = 0.5,
            VerticalFlip = 0.5,
            Rotation = 180,
            Shear = 50,
            Zoom = 0.6,
            WidthShift = 0.8,
            HeightShift = 0.8,
            CropScale = new(0.1, 0.9),
        };
        for (var draw = 0; draw < 30; draw++)
        {
            var transform = options.Draw(random, (width, height)) with { Fill = (FillMode)(draw % 3) };
            AssertNear(
                WarpOracle.Render(source, width, height, transform),
                Render(source, width, height, transform),
                2e-3
            );
        }
    }

    [Fact]
    public void The_fill_modes_are_those_of_their_descriptions()
    {
        using var source = RgbImage.FromPixels(4, 1, [10, 10, 10, 20, 20, 20, 30, 30, 30, 40, 40, 40]);
        var shifted = new ImageTransform { ShiftRight = 0.75 };
        Assert.Equal([10, 10, 10, 10], Row(FillMode.Edge, shifted));
        Assert.Equal([0, 0, 0, 10], Row(FillMode.Constant, shifted));
        Assert.Equal([30, 20, 10, 10], Row(FillMode.Reflect, shifted));
        Assert.Equal([40, 40, 40, 40], Row(FillMode.Edge, new() { ShiftRight = -0.75 }));
        Assert.Equal([40, 40, 30, 20], Row(FillMode.Reflect, new() { ShiftRight = -0.75 }));

        float[] Row(FillMode fill, ImageTransform transform) =>
            [.. Render(source, 4, 1, transform with { Fill = fill }).Where((_, i) => i % 3 == 0)];
    }

    /// <summary>
    /// The same filter as Pillow's, whose values are rounded after each of its two passes. Where it reduces, the two
    /// differ in what they take for the outside: nothing, or the pixels of the edge once more.
    /// </summary>
    [Theory]
    [InlineData(8, 8, 8, 8, 0, 0)]
    [InlineData(7, 9, 12, 20, 1.01, 0)]
    [InlineData(16, 16, 8, 8, 1.01, 1)]
    [InlineData(16, 8, 8, 8, 1.01, 1)]
    public void Without_a_change_a_warp_gives_the_pixels_of_evaluation(
        int sourceWidth,
        int sourceHeight,
        int width,
        int height,
        double tolerance,
        int edge
    )
    {
        using var source = Reference.Formula(sourceWidth, sourceHeight);
        var expected = Evaluation(source, Stretched(width, height));
        var actual = Render(source, width, height, ImageTransform.Identity);
        var inside = Enumerable
            .Range(0, actual.Length)
            .Where(i =>
                i / 3 % width >= edge
                && i / 3 % width < width - edge
                && i / 3 / width >= edge
                && i / 3 / width < height - edge
            )
            .ToArray();
        Assert.Equal((width - (2 * edge)) * (height - (2 * edge)) * 3, inside.Length);
        AssertNear([.. inside.Select(i => expected[i])], [.. inside.Select(i => actual[i])], tolerance);
    }

    /// <summary>Between whole numbers the filter has the same width, not the same shape.</summary>
    [Theory]
    [InlineData(ResizeRule.Stretch, 180, 150)]
    [InlineData(ResizeRule.Stretch, 900, 700)]
    [InlineData(ResizeRule.Crop, 180, 150)]
    [InlineData(ResizeRule.Crop, 91, 400)]
    [InlineData(ResizeRule.Pad, 180, 150)]
    [InlineData(ResizeRule.Pad, 100, 333)]
    public void Without_a_change_a_photo_looks_like_in_evaluation(ResizeRule rule, int width, int height)
    {
        using var photo = Reference.Decoded("baseline.jpg");
        using var source = ImageResizer.Resize(photo, width, height);
        var preprocessing = Preprocessing.Torchvision(128) with { Resize = rule };
        var expected = Evaluation(source, preprocessing);
        var actual = Render(source, preprocessing, ImageTransform.Identity);
        Assert.InRange(expected.Zip(actual, (left, right) => Math.Abs(left - right)).Average(), 0, 1);
        if (rule == ResizeRule.Pad)
            Assert.Equal(0, actual[0]);
    }

    [Fact]
    public void A_part_of_a_picture_that_was_shrunk_first_is_where_it_should_be()
    {
        // A red upper left quarter, large enough to be reduced before it is warped.
        const int Side = 600;
        var pixels = new byte[Side * Side * 3];
        for (var i = 0; i < Side * Side; i++)
            pixels[i * 3] = (byte)(i % Side < Side / 2 && i / Side < Side / 2 ? 255 : 0);
        using var source = RgbImage.FromPixels(Side, Side, pixels);
        var cut = Render(source, 32, 32, new() { Crop = new(0, 0, 0.499, 0.499) });
        Assert.All(cut.Where((_, i) => i % 3 == 0).Where((_, i) => i % 32 < 31 && i / 32 < 31), red =>
            Assert.InRange(red, 254, 255.01f)
        );
        var other = Render(source, 32, 32, new() { Crop = new(0.53, 0.53, 0.47, 0.47) });
        Assert.All(other, value => Assert.Equal(0, value));
    }

    [Theory]
    [InlineData("DOTNET_EnableAVX2")]
    [InlineData("DOTNET_EnableHWIntrinsic")]
    public async Task Warps_are_the_same_without(string instructions)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            ArgumentList =
            {
                "exec",
                typeof(WarpTests).Assembly.Location,
                "-method",
                $"*.{nameof(A_warp_is_what_the_oracle_computes)}",
                "-noColor",
            },
            Environment = { [instructions] = "0" },
        };
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, output);
        Assert.Contains("Total: 6, Errors: 0, Failed: 0", output, StringComparison.Ordinal);
    }

    internal static Preprocessing Stretched(int width, int height) =>
        Preprocessing.Caffe(1) with
        {
            Width = width,
            Height = height,
        };

    internal static float[] Render(
        RgbImage source,
        int width,
        int height,
        ImageTransform transform,
        bool warps = true
    ) => Render(source, Stretched(width, height), transform, warps);

    internal static float[] Render(
        RgbImage source,
        Preprocessing preprocessing,
        ImageTransform transform,
        bool warps = true
    )
    {
        var augmenter = new ImageAugmenter(preprocessing, warps);
        using var prepared = augmenter.Prepare(source);
        var pixels = new float[augmenter.ValueCount];
        augmenter.Render(prepared, transform, pixels);
        return pixels;
    }

    internal static double[] Evaluation(RgbImage source, Preprocessing preprocessing)
    {
        var loader = new ImageLoader(preprocessing);
        var pixels = new float[loader.ValueCount];
        loader.Resize(source, pixels);
        return [.. pixels];
    }

    internal static void AssertNear(IReadOnlyList<double> expected, float[] actual, double tolerance)
    {
        Assert.Equal(expected.Count, actual.Length);
        for (var i = 0; i < actual.Length; i++)
            Assert.True(
                Math.Abs(expected[i] - actual[i]) <= tolerance,
                $"Value {i} is {actual[i]}; {expected[i]} was expected."
            );
    }
}
