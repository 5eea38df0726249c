using Graft.Data;
using Graft.Data.Hashing;
using Graft.Features.Backbones;
using Graft.Features.Storage;
using Graft.Imaging;
using Graft.Imaging.Augmentation;
using Graft.Learning.Batches;
using Graft.Tensors;
using Graft.Testing;

namespace Graft.Features.Tests.Extraction;

[Collection(nameof(SharedMemory))]
public sealed class FeatureViewTests : IDisposable
{
    private const ulong Seed = 6;

    private static readonly AugmentationOptions Strong = AugmentationOptions.Strong with { CutMix = 1 };

    private readonly WorkerPool _workers = new(2);
    private readonly Backbone _backbone = TinyBackbone.Make();
    private readonly FeatureStore _store = FeatureStore.InMemory();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _store.Dispose();
        _backbone.Dispose();
        _workers.Dispose();
    }

    [Fact]
    public void A_views_features_are_those_of_the_transformed_pixels()
    {
        var contents = Contents(4);
        for (var number = 1; number <= 2; number++)
        {
            using var features = Extract(contents, FeatureView.Drawn(Strong, number, Seed));
            var augmenter = new ImageAugmenter(_backbone.Preprocessing, warps: true);
            for (var i = 0; i < contents.Length; i++)
            {
                using var decoded = augmenter.Loader.Decode(contents[i], "x");
                using var prepared = augmenter.Prepare(decoded.Pixels);
                var transform = augmenter.Draw(
                    prepared,
                    Strong,
                    AugmentationDraw.RandomFor(Seed, number, ContentHash.Compute(contents[i]).ToString())
                );
                Assert.Equal(Alone(augmenter, prepared, transform), Row(features, i));
            }
        }

        using var mirrored = Extract(contents, FeatureView.From(ImageTransform.Mirrored));
        var flipping = new ImageAugmenter(_backbone.Preprocessing, warps: false);
        using var whole = flipping.Loader.Decode(contents[0], "x");
        using var first = flipping.Prepare(whole.Pixels);
        Assert.Equal(Alone(flipping, first, ImageTransform.Mirrored), Row(mirrored, 0));

        float[] Alone(ImageAugmenter augmenter, RgbImage prepared, ImageTransform transform)
        {
            using var pixels = Tensor.Uninitialized(new Shape(1, TinyBackbone.Size, TinyBackbone.Size, 3));
            augmenter.Render(prepared, transform, pixels.Span);
            using var runner = _backbone.Compiled.CreateRunner(1, _workers);
            using var features = runner.Run(pixels);
            return features.Span.ToArray();
        }
    }

    [Fact]
    public void Views_are_kept_apart_and_each_is_computed_once_whatever_a_picture_is_called()
    {
        var contents = Contents(3);
        FeatureView[] views =
        [
            FeatureView.Plain,
            FeatureView.From(ImageTransform.Mirrored),
            FeatureView.Drawn(Strong, 1, Seed),
            FeatureView.Drawn(Strong, 2, Seed),
            FeatureView.Drawn(Strong, 1, Seed + 1),
            FeatureView.Drawn(AugmentationOptions.Standard, 1, Seed),
        ];
        var rows = new List<float[]>();
        foreach (var view in views)
        {
            using var cold = Extract(contents, view);
            using var warm = Extract(contents, view, "renamed ");
            Assert.Equal((3, 0), (cold.Extraction.Computed, warm.Extraction.Computed));
            Assert.Equal(Row(cold, 2), Row(warm, 2));
            rows.Add(Row(cold, 2));
        }

        Assert.Equal(views.Length, rows.Select(row => string.Join(' ', row)).Distinct().Count());
    }

    [Fact]
    public void What_changes_nothing_is_the_plain_view()
    {
        Assert.Same(FeatureView.Plain, FeatureView.From(ImageTransform.Identity));
        Assert.Same(FeatureView.Plain, FeatureView.Drawn(AugmentationOptions.None with { MixUp = 1 }, 3, Seed));
        Assert.Same(FeatureView.Plain, Assert.Single(FeatureView.Several(AugmentationOptions.None, 5, Seed)));
        var several = FeatureView.Several(AugmentationOptions.Light, 3, Seed);
        Assert.Same(FeatureView.Plain, several[0]);
        Assert.Equal(3, several.Select(view => view.Description).Distinct().Count());
    }

    [Fact]
    public void Batches_draw_one_view_of_each_picture_anew_in_every_epoch()
    {
        var contents = Contents(8);
        ImageSample[] images = [.. contents.Select((content, i) => new WatchedSample($"{i}", content))];
        images = [.. images[..3], new WatchedSample("bad", "no picture"u8.ToArray()), .. images[3..]];
        using var set = FeatureViewSet.Extract(
            _backbone,
            _store,
            _workers,
            new(),
            FeatureView.Several(Strong, 4, Seed),
            images,
            null,
            Token
        );
        Assert.Equal([0, 1, 2, 4, 5, 6, 7, 8], set.Good);
        Assert.Equal("bad", Assert.Single(set.Bad).Path);
        Assert.Equal((32, 0, 4), (set.Computed, set.Reused, set.ViewCount));
        int[] labels = [0, 1, 0, 1, 0, 1, 0, 1];
        var source = new FeatureViewBatches(set, labels, 3, Seed);
        Assert.Equal(8, source.Count);
        var seen = new HashSet<(int Picture, int View)>();
        for (var epoch = 1; epoch <= 30; epoch++)
        {
            var drawn = Draw(source, set, labels, epoch);
            Assert.Equal(Enumerable.Range(0, 8), drawn.Select(one => one.Picture).Order());
            Assert.Equal(drawn, Draw(new(set, labels, 3, Seed), set, labels, epoch));
            seen.UnionWith(drawn);
        }

        Assert.Equal(8 * 4, seen.Count);
        Assert.Equal(
            [.. Draw(source, set, labels, 2).OrderBy(one => one.Picture)],
            Draw(new(set, labels, 8, Seed), set, labels, 2).OrderBy(one => one.Picture)
        );
        Assert.Equal(Draw(source, set, labels, 2)[6..], Draw(source, set, labels, 2, firstBatch: 2));
        Assert.Equal(3, source.BatchCount);
        Assert.Throws<ArgumentException>(() => new FeatureViewBatches(set, [0, 1], 3, Seed));
    }

    /// <summary>Which picture in which view each row is, found by its numbers.</summary>
    private static List<(int Picture, int View)> Draw(
        FeatureViewBatches source,
        FeatureViewSet set,
        int[] labels,
        int epoch,
        int firstBatch = 0
    )
    {
        var known = new Dictionary<string, (int, int)>();
        for (var view = 0; view < set.ViewCount; view++)
        {
            using var all = set.Read(view, [.. Enumerable.Range(0, labels.Length)]);
            for (var picture = 0; picture < labels.Length; picture++)
                known.Add(string.Join(' ', all.Rows(picture).ToArray()), (picture, view));
        }

        var drawn = new List<(int Picture, int View)>();
        foreach (var batch in source.Epoch(epoch, firstBatch, Token))
        {
            using (batch)
            {
                for (var i = 0; i < batch.Count; i++)
                {
                    drawn.Add(known[string.Join(' ', batch.Inputs.Rows(i).ToArray())]);
                    Assert.Equal(labels[drawn[^1].Picture], batch.Labels[i]);
                }
            }
        }

        return drawn;
    }

    private static byte[][] Contents(int count) =>
        [.. Enumerable.Range(0, count).Select(i => SampleImages.Png(i % 3, (ulong)i, 40, 30))];

    private static float[] Row(FeatureSet features, int picture)
    {
        using var row = features.Read(picture, 1);
        return row.Span.ToArray();
    }

    private FeatureSet Extract(byte[][] contents, FeatureView view, string prefix = "") =>
        new FeatureExtractor(_backbone, _store, _workers, new() { View = view, BatchSize = 2 }).Extract(
            [.. contents.Select((content, i) => new WatchedSample($"{prefix}{i}", content))],
            null,
            Token
        );
}
