using Graft.Data;
using Graft.Imaging;
using Graft.Imaging.Augmentation;
using Graft.Learning.Batches;
using Graft.Testing;

namespace Graft.Learning.Tests.Batches;

[Collection(nameof(SharedMemory))]
public sealed class AugmentedImagesTests
{
    private const int Side = 16;
    private const int Classes = 3;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Without_augmentation_images_are_those_of_evaluation_in_their_order()
    {
        var images = Images(7);
        var source = AugmentedImages.ForValidation(
            images,
            Classes,
            Sizes(),
            new()
            {
                BatchSize = 3,
                Augmentation = AugmentationOptions.Strong,
                Sampling = Sampling.Balanced,
            }
        );
        Assert.Equal(7, source.Count);
        var loader = new ImageLoader(Sizes());
        for (var epoch = 1; epoch <= 2; epoch++)
        {
            var at = 0;
            foreach (var batch in source.Epoch(epoch, 0, Token))
            {
                using (batch)
                {
                    Assert.Null(batch.Targets);
                    for (var i = 0; i < batch.Count; i++, at++)
                    {
                        var pixels = new float[Side * Side * 3];
                        using var decoded = images[at].Decode(images[at].Read(new()), loader);
                        loader.Resize(decoded.Pixels, pixels);
                        Assert.Equal(pixels, batch.Inputs.Rows(i).ToArray());
                        Assert.Equal(images[at].Label, batch.Labels[i]);
                    }
                }
            }

            Assert.Equal(7, at);
        }
    }

    [Fact]
    public void What_is_drawn_depends_neither_on_batches_nor_threads_nor_memory_nor_earlier_epochs()
    {
        var images = Images(11);
        var options = new AugmentedImagesOptions { Seed = 4, Augmentation = AugmentationOptions.Strong };
        var expected = ById(
            new(images, Classes, Sizes(), options with { BatchSize = 1, BatchesAhead = 1, MaximumBytesInMemory = 0 }),
            3
        );
        var other = new AugmentedImages(images, Classes, Sizes(), options with { BatchSize = 4, BatchesAhead = 8 });
        _ = ById(other, 1);
        Assert.NotEqual(expected, ById(other, 2));
        Assert.Equal(expected, ById(other, 3));
        Assert.NotEqual(expected, ById(new(images, Classes, Sizes(), options with { Seed = 5 }), 3));

        // The order is the same too; pixels tell the images apart.
        static List<float> ById(AugmentedImages source, int epoch)
        {
            var all = new List<float>();
            foreach (var batch in source.Epoch(epoch, 0, Token))
            {
                using (batch)
                    all.AddRange(batch.Inputs.Span);
            }

            return all;
        }
    }

    [Fact]
    public void An_epoch_can_be_entered_at_any_batch()
    {
        var source = new AugmentedImages(
            Images(11),
            Classes,
            Sizes(),
            new()
            {
                Seed = 4,
                BatchSize = 3,
                Augmentation = AugmentationOptions.Strong,
            }
        );
        Assert.Equal(4, source.BatchCount);
        var whole = Batches(0);
        Assert.Equal(4, whole.Count);
        for (var first = 1; first <= 4; first++)
            Assert.Equal(whole.Skip(first), Batches(first));

        List<string> Batches(int first)
        {
            var all = new List<string>();
            foreach (var batch in source.Epoch(2, first, Token))
            {
                using (batch)
                    all.Add(
                        $"{string.Join(' ', batch.Labels)} "
                            + $"{Convert.ToHexString(System.Runtime.InteropServices.MemoryMarshal.AsBytes(batch.Inputs.Span))}"
                    );
            }

            return all;
        }
    }

    [Theory]
    [InlineData("light", Side * Side * 3 * 2)]
    [InlineData("none", Side * Side * 3)]
    public void Images_are_decoded_once_while_there_is_room(string augmentation, int atLeast)
    {
        WatchedSample[] contents =
        [
            .. Enumerable.Range(0, 6).Select(i => new WatchedSample($"{i}", SampleImages.Png(i % 3, (ulong)i, 40, 50))),
        ];
        ImageSample[] images = [.. contents.Select((content, i) => content with { Label = i % 3 })];
        var options = new AugmentedImagesOptions
        {
            BatchSize = 2,
            Augmentation = AugmentationOptions.Parse(augmentation),
        };
        var all = new AugmentedImages(images, Classes, Sizes(), options);
        Drain(all, 1);
        Drain(all, 2);
        Assert.All(contents, content => Assert.Equal(1, content.Decodes));
        Assert.InRange(all.BytesInMemory, 6 * atLeast, 6 * atLeast * 2);

        var half = new AugmentedImages(
            images,
            Classes,
            Sizes(),
            options with
            {
                MaximumBytesInMemory = all.BytesInMemory / 2,
            }
        );
        Drain(half, 1);
        Drain(half, 2);
        Assert.Equal(6 + (3 * 1) + 6, contents.Sum(content => content.Decodes));
        Assert.Equal(all.BytesInMemory / 2, half.BytesInMemory);
    }

    [Fact]
    public void An_image_that_became_unreadable_is_an_error_that_names_it_and_loses_no_memory()
    {
        ImageSample[] images =
        [
            .. Images(9),
            new WatchedSample("gone.jpg", Array.Empty<byte>()) { Name = "gone", Label = 0 },
        ];
        using var guard = new LeakGuard();
        var error = Assert.Throws<ImageException>(() =>
            Drain(
                new AugmentedImages(images, Classes, Sizes(), new() { BatchSize = 2, Sampling = Sampling.InOrder }),
                1
            )
        );
        Assert.Contains("gone.jpg", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Stopping_early_and_cancelling_lose_no_memory()
    {
        var source = new AugmentedImages(
            Images(40),
            Classes,
            Sizes(),
            new()
            {
                BatchSize = 2,
                BatchesAhead = 5,
                Augmentation = AugmentationOptions.Standard,
            }
        );
        using (new LeakGuard())
        {
            foreach (var batch in source.Epoch(1, 0, Token))
            {
                batch.Dispose();
                break;
            }
        }

        using var guard = new LeakGuard();
        using var cancellation = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() =>
        {
            foreach (var batch in source.Epoch(1, 0, cancellation.Token))
            {
                batch.Dispose();
                cancellation.Cancel();
            }
        });
    }

    [Fact]
    public void Images_that_come_twice_in_an_epoch_are_changed_anew()
    {
        ImageSample[] images = [.. Images(6).Select((image, i) => image with { Label = i == 0 ? 1 : 0 })];
        var source = new AugmentedImages(
            images,
            2,
            Sizes(),
            new()
            {
                BatchSize = 6,
                Augmentation = AugmentationOptions.Strong,
                Sampling = Sampling.Balanced,
            }
        );
        using var batch = Assert.Single(source.Epoch(1, 0, Token));
        var rare = Enumerable
            .Range(0, 6)
            .Where(i => batch.Labels[i] == 1)
            .Select(i => string.Join(' ', batch.Inputs.Rows(i).ToArray()))
            .ToArray();
        Assert.Equal(3, rare.Length);
        Assert.Equal(3, rare.Distinct().Count());
    }

    [Fact]
    public void Wrong_arguments_are_told()
    {
        Assert.Throws<ArgumentException>(() => new AugmentedImages([], Classes, Sizes()));
        Assert.Throws<ArgumentException>(() => new AugmentedImages(Images(4), 2, Sizes()));
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            new AugmentedImages(Images(4), Classes, Sizes(), new() { BatchSize = 0 })
        );
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            new AugmentedImages(Images(4), Classes, Sizes(), new() { Augmentation = new() { Hue = 3 } })
        );
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            new AugmentedImages(Images(4), Classes, Sizes()).Epoch(0, 0, Token)
        );
    }

    internal static Preprocessing Sizes() => Preprocessing.Caffe(Side);

    internal static ImageSample[] Images(int count) =>
        [
            .. Enumerable
                .Range(0, count)
                .Select(i =>
                    ImageSample.FromPixels($"{i}", 24, 20, SampleImages.Pixels(24, 20, i % 3, (ulong)i)) with
                    {
                        Label = i % 3,
                    }
                ),
        ];

    private static void Drain(AugmentedImages source, int epoch)
    {
        foreach (var batch in source.Epoch(epoch, 0, Token))
            batch.Dispose();
    }
}
