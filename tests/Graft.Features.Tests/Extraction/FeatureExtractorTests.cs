using Graft.Data;
using Graft.Data.Hashing;
using Graft.Features.Backbones;
using Graft.Features.Storage;
using Graft.Imaging;
using Graft.Tensors;
using Graft.Testing;

namespace Graft.Features.Tests.Extraction;

[Collection(nameof(SharedMemory))]
public sealed class FeatureExtractorTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly WorkerPool _workers = new(2);
    private readonly Backbone _backbone = TinyBackbone.Make();
    private readonly FeatureStore _store = FeatureStore.InMemory();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _store.Dispose();
        _backbone.Dispose();
        _workers.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Features_are_what_the_network_gives_for_each_picture_alone_in_the_order_asked_for()
    {
        var images = Pictures(7);
        using var features = Extract(images);
        Assert.Equal(7, features.Count);
        Assert.Equal(new Shape(TinyBackbone.Channels), features.Shape);
        Assert.Equal(Enumerable.Range(0, 7), features.Extraction.Good);
        Assert.Equal((7, 0), (features.Extraction.Computed, features.Extraction.Reused));
        for (var i = 0; i < 7; i++)
            Assert.Equal(Alone(images[i]), Row(features, i));
        Assert.NotEqual(Row(features, 0), Row(features, 1));

        using var some = features.Read([5, 0, 5]);
        Assert.Equal([.. Row(features, 5), .. Row(features, 0), .. Row(features, 5)], some.Span.ToArray());
    }

    [Fact]
    public void Known_pictures_are_neither_decoded_nor_computed_again_whatever_their_order()
    {
        var contents = Enumerable.Range(0, 5).Select(i => SampleImages.Png(0, (ulong)i)).ToArray();
        using var first = Extract([.. contents.Take(3).Select((content, i) => new WatchedSample($"{i}", content))]);
        WatchedSample[] again =
        [
            .. contents.Reverse().Select((content, i) => new WatchedSample($"renamed {i}", content)),
        ];
        using var second = Extract(again);
        Assert.Equal((2, 3), (second.Extraction.Computed, second.Extraction.Reused));
        Assert.Equal([1, 1, 0, 0, 0], again.Select(image => image.Decodes));
        for (var i = 0; i < 3; i++)
            Assert.Equal(Row(first, i), Row(second, 4 - i));
    }

    [Fact]
    public void Features_of_other_arithmetic_are_kept_apart()
    {
        var images = Pictures(3);
        Extract(images).Dispose();
        using var backbone = TinyBackbone.Make(exact: true);
        using var exact = new FeatureExtractor(backbone, _store, _workers).Extract(images, null, Token);
        Assert.Equal((3, 0), (exact.Extraction.Computed, exact.Extraction.Reused));
        using var again = new FeatureExtractor(backbone, _store, _workers).Extract(images, null, Token);
        Assert.Equal((0, 3), (again.Extraction.Computed, again.Extraction.Reused));
    }

    [Fact]
    public void A_backbone_that_only_runs_frees_its_network_and_gives_the_same()
    {
        var images = Pictures(4);
        using var expected = Extract(images);
        using var backbone = TinyBackbone.Make(onlyRuns: true);
        using var store = FeatureStore.InMemory();
        using var features = new FeatureExtractor(backbone, store, _workers).Extract(images, null, Token);
        Assert.Equal(All(expected), All(features));
        Assert.Equal(_backbone.Digest, backbone.Digest);
        Assert.Throws<InvalidOperationException>(() => backbone.Network);
    }

    [Fact]
    public void The_time_is_split_into_decoding_and_network()
    {
        using var first = Extract(Pictures(4));
        Assert.InRange(first.Extraction.NetworkSeconds, double.Epsilon, first.Extraction.Duration.TotalSeconds);
        Assert.True(first.Extraction.DecodeSeconds > 0);
        using var again = Extract(Pictures(4));
        Assert.Equal((0, 0), (again.Extraction.DecodeSeconds, again.Extraction.NetworkSeconds));
    }

    [Fact]
    public void Copies_of_a_picture_are_computed_once()
    {
        WatchedSample[] images =
        [
            .. Enumerable.Range(0, 6).Select(i => new WatchedSample($"{i}", SampleImages.Png(1, (ulong)(i % 2)))),
        ];
        using var features = Extract(images, new() { BatchSize = 1 });
        Assert.Equal((2, 4), (features.Extraction.Computed, features.Extraction.Reused));
        Assert.Equal(2, images.Sum(image => image.Decodes));
        for (var i = 0; i < 6; i++)
            Assert.Equal(Row(features, i % 2), Row(features, i));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(3, 3)]
    [InlineData(64, 2)]
    public void Neither_batches_nor_threads_change_a_bit(int batchSize, int threads)
    {
        var images = Pictures(11);
        using var workers = new WorkerPool(threads);
        using var store = FeatureStore.InMemory();
        using var expected = Extract(images);
        using var features = new FeatureExtractor(_backbone, store, workers, new() { BatchSize = batchSize }).Extract(
            images,
            null,
            Token
        );
        Assert.Equal(11, features.Extraction.Computed);
        Assert.Equal(All(expected), All(features));
    }

    [Theory]
    [InlineData(FeaturePrecision.Float32)]
    [InlineData(FeaturePrecision.Float16)]
    public void A_cold_and_a_warm_run_give_the_same_in_memory_and_in_the_store(FeaturePrecision precision)
    {
        var images = Pictures(9);
        using var store = FeatureStore.Open(_folder["features.db"]);
        using var cold = Run(1 << 20);
        using var warm = Run(1 << 20);
        using var left = Run(0);
        Assert.Equal(9, cold.Extraction.Computed);
        Assert.Equal((0, 9), (warm.Extraction.Computed, warm.Extraction.Reused));
        Assert.Equal((0, 9), (left.Extraction.Computed, left.Extraction.Reused));
        Assert.Equal(All(cold), All(warm));
        Assert.Equal(All(cold), All(left));
        using var empty = FeatureStore.InMemory();
        using var leftCold = new FeatureExtractor(
            _backbone,
            empty,
            _workers,
            new()
            {
                Precision = precision,
                MaximumBytesInMemory = 0,
                BatchSize = 4,
            }
        ).Extract(images, null, Token);
        Assert.Equal(All(cold), All(leftCold));

        using var exact = Extract(images);
        Assert.Equal(
            precision == FeaturePrecision.Float16 ? [.. All(exact).Select(value => (float)(Half)value)] : All(exact),
            All(cold)
        );
        if (precision == FeaturePrecision.Float16)
            Assert.InRange(cold.Extraction.RoundingError, 1e-6, 1e-3);

        FeatureSet Run(long bytes) =>
            new FeatureExtractor(
                _backbone,
                store,
                _workers,
                new() { Precision = precision, MaximumBytesInMemory = bytes }
            ).Extract(images, null, Token);
    }

    [Fact]
    public void A_feature_too_large_for_sixteen_bits_is_an_error_that_says_so()
    {
        using var bright = TinyBackbone.Make(scale: 1e6f);
        var error = Assert.Throws<ArithmeticException>(() =>
            new FeatureExtractor(bright, _store, _workers, new() { Precision = FeaturePrecision.Float16 }).Extract(
                Pictures(2),
                null,
                Token
            )
        );
        Assert.Contains("float32", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bad_pictures_are_left_out_with_a_reason_and_the_rest_goes_on()
    {
        var good = SampleImages.Png(0, 1);
        File.WriteAllBytes(_folder["whole.png"], good);
        File.WriteAllBytes(_folder["truncated.png"], good[..(good.Length / 2)]);
        File.WriteAllBytes(_folder["copy of truncated.png"], good[..(good.Length / 2)]);
        File.WriteAllBytes(_folder["empty.jpg"], []);
        _folder.Put("text.jpg", "this is no picture");
        ImageSample[] images =
        [
            .. (
                (string[])
                    ["truncated.png", "missing.jpg", "empty.jpg", "text.jpg", "whole.png", "copy of truncated.png"]
            ).Select(name => ImageSample.FromFile(_folder[name])),
        ];
        var heard = new List<FeatureProgress>();
        using var features = Extract(images, new() { BatchSize = 2 }, new Heard(heard.Add));
        Assert.Equal([4], features.Extraction.Good);
        Assert.Equal(Alone(images[4]), Row(features, 0));
        Assert.Equal(
            ["truncated.png", "missing.jpg", "empty.jpg", "text.jpg", "copy of truncated.png"],
            features.Extraction.Bad.Select(bad => Path.GetFileName(bad.Path))
        );
        Assert.Equal("not found", features.Extraction.Bad[1].Reason);
        Assert.Equal("empty file", features.Extraction.Bad[2].Reason);
        Assert.All(features.Extraction.Bad, bad => Assert.NotEmpty(bad.Reason));
        Assert.Equal(features.Extraction.Bad[0].Reason, features.Extraction.Bad[4].Reason);
        Assert.Equal(4, heard[^1].Done);
        Assert.Equal(3, heard[^1].Bad);

        // Paths with a hash that is known already take another way and must end alike.
        var known = new ImageHasher().HashAll(images, cancellationToken: Token);
        using var store = FeatureStore.InMemory();
        using var hashed = new FeatureExtractor(_backbone, store, _workers).Extract(known, null, Token);
        Assert.Equal(features.Extraction.Bad, hashed.Extraction.Bad);
        Assert.Equal(All(features), All(hashed));
    }

    [Fact]
    public void A_verdict_is_kept_and_nothing_is_decoded_to_find_it_again()
    {
        using (Extract([new WatchedSample("first", "no picture"u8.ToArray())])) { }

        var again = new WatchedSample("second", "no picture"u8.ToArray());
        using var features = Extract([again, new WatchedSample("good", SampleImages.Png(0, 1))]);
        Assert.Equal(0, again.Decodes);
        Assert.Equal("second", Assert.Single(features.Extraction.Bad).Path);
        Assert.Equal([1], features.Extraction.Good);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_bad_picture_stops_the_work_where_that_is_asked_for(bool isKnown)
    {
        var bad = new WatchedSample("broken.png", "no picture"u8.ToArray());
        if (isKnown)
            Extract([bad]).Dispose();
        var error = Assert.Throws<ImageException>(() =>
            Extract([.. Pictures(3), bad], new() { FailOnBadImage = true })
        );
        Assert.Contains("'broken.png'", error.Message, StringComparison.Ordinal);
        Assert.Contains(error.Reason, error.Message, StringComparison.Ordinal);
        Assert.Contains("--on-bad-image", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_picture_that_changes_between_two_readings_is_left_out_and_nothing_wrong_is_stored()
    {
        var (before, after) = (SampleImages.Png(0, 1), SampleImages.Png(0, 2));
        using var features = Extract([
            new WatchedSample("changing", before, after),
            new WatchedSample("other", SampleImages.Png(0, 3)),
        ]);
        Assert.Equal(new("changing", "changed while it was read"), Assert.Single(features.Extraction.Bad));
        Assert.Equal(1, features.Extraction.Computed);
        using var later = Extract([new WatchedSample("a", before), new WatchedSample("b", after)]);
        Assert.Empty(later.Extraction.Bad);
        Assert.Equal(2, later.Extraction.Computed);
        Assert.Equal(Alone(new WatchedSample("", before)), Row(later, 0));
    }

    [Fact]
    public void A_copy_takes_the_place_of_a_picture_that_changed_or_vanished()
    {
        var content = SampleImages.Png(0, 1);
        using var features = Extract([
            new WatchedSample("changed", content, SampleImages.Png(0, 2)),
            new WatchedSample("vanished", content, []),
            new WatchedSample("third", content),
            new WatchedSample("fourth", content),
        ]);
        Assert.Equal([2, 3], features.Extraction.Good);
        Assert.Equal((1, 1), (features.Extraction.Computed, features.Extraction.Reused));
        Assert.Equal(
            [new("changed", "changed while it was read"), new("vanished", "not found")],
            features.Extraction.Bad
        );
        Assert.Equal(Alone(new WatchedSample("", content)), Row(features, 1));
    }

    [Fact]
    public void A_hash_that_is_known_saves_reading_the_file_and_one_that_is_wrong_does_no_harm()
    {
        var content = SampleImages.Png(0, 1);
        Extract([new WatchedSample("a", content)]).Dispose();
        var known = new WatchedSample("b", content) { Hash = ContentHash.Compute(content) };
        var wrong = new WatchedSample("c", SampleImages.Png(0, 2)) { Hash = ContentHash.Compute("something else"u8) };
        using var features = Extract([known, wrong]);
        Assert.Equal(0, known.Reads);
        Assert.Equal("c", Assert.Single(features.Extraction.Bad).Path);
        Assert.Equal(0, features.Extraction.Computed);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Cancelling_in_the_middle_keeps_what_was_computed_and_gives_all_memory_back(bool whileDecoding)
    {
        var contents = Enumerable.Range(0, 20).Select(i => SampleImages.Png(0, (ulong)i)).ToArray();
        _ = _backbone.Compiled;
        using (new LeakGuard())
        using (var source = new CancellationTokenSource())
        {
            var images = contents
                .Select(
                    (content, i) =>
                        new WatchedSample($"{i}", content) { OnDecode = whileDecoding && i == 9 ? source.Cancel : null }
                )
                .ToArray();
            var progress = new Heard(report =>
            {
                if (!whileDecoding && report is { Phase: FeaturePhase.Compute, Done: 8 })
                    source.Cancel();
            });
            Assert.Throws<OperationCanceledException>(() =>
                new FeatureExtractor(_backbone, _store, _workers, new() { BatchSize = 4 }).Extract(
                    images,
                    progress,
                    source.Token
                )
            );
        }

        using var rest = Extract([.. contents.Select((content, i) => new WatchedSample($"{i}", content))]);
        Assert.Equal(20, rest.Count);
        Assert.InRange(rest.Extraction.Reused, 4, 12);
    }

    [Fact]
    public void Extracting_gives_all_memory_back_also_after_an_error()
    {
        _ = _backbone.Compiled;
        using var guard = new LeakGuard();
        Extract(Pictures(9), new() { BatchSize = 4 }).Dispose();
        Assert.Throws<InvalidTimeZoneException>(() =>
            Extract(
                Pictures(30),
                new() { BatchSize = 4 },
                new Heard(report =>
                {
                    if (report is { Phase: FeaturePhase.Compute, Done: >= 8 })
                        throw new InvalidTimeZoneException("an error of the caller's own");
                })
            )
        );
    }

    [Fact]
    public void A_store_that_cannot_be_written_costs_only_the_next_run()
    {
        // A folder cannot lie in a file, whoever runs the test.
        var path = Path.Combine(_folder.Put("file"), "features.db");
        var notices = new List<string>();
        using var store = FeatureStore.OpenOrInMemory(path, new() { Notice = new Notices(notices) });
        Assert.Null(store.Path);
        Assert.Contains(path, Assert.Single(notices), StringComparison.Ordinal);
        var images = Pictures(4);
        using var expected = Extract(images);
        using var features = new FeatureExtractor(_backbone, store, _workers).Extract(images, null, Token);
        Assert.Equal(All(expected), All(features));
        Assert.Equal(4, features.Extraction.Computed);
    }

    [Fact]
    public void Weights_cut_and_preprocessing_have_features_of_their_own()
    {
        var images = Pictures(2);
        using var first = Extract(images);
        using var weights = TinyBackbone.Make(seed: 2);
        using var cut = TinyBackbone.Make(spatial: true);
        using var crop = TinyBackbone.Make(resize: ResizeRule.Crop);
        foreach (var other in (Backbone[])[weights, cut, crop])
        {
            using var features = new FeatureExtractor(other, _store, _workers).Extract(images, null, Token);
            Assert.Equal(2, features.Extraction.Computed);
        }

        using var same = TinyBackbone.Make();
        using var again = new FeatureExtractor(same, _store, _workers).Extract(images, null, Token);
        Assert.Equal(2, again.Extraction.Reused);
    }

    [Fact]
    public void Pixels_in_memory_give_the_same_as_a_file_that_holds_them()
    {
        using var features = Extract([
            ImageSample.FromFile(_folder.PutImage("a.png", 1, 5)),
            ImageSample.FromPixels("memory", 24, 20, SampleImages.Pixels(24, 20, 1, 5)),
        ]);
        Assert.Equal(2, features.Extraction.Computed);
        Assert.Equal(Row(features, 0), Row(features, 1));
    }

    [Fact]
    public void Progress_counts_up_to_all_pictures()
    {
        var heard = new List<FeatureProgress>();
        Extract(Pictures(3)).Dispose();
        Extract(Pictures(10), new() { BatchSize = 3 }, new Heard(heard.Add)).Dispose();
        var scans = heard.Where(report => report.Phase == FeaturePhase.Scan).ToArray();
        Assert.Equal(Enumerable.Range(1, 10), scans.Select(report => report.Done));
        Assert.All(scans, report => Assert.Equal(10, report.Total));
        var computes = heard.Where(report => report.Phase == FeaturePhase.Compute).ToArray();
        Assert.Equal([3, 6, 7], computes.Select(report => report.Done));
        Assert.All(computes, report => Assert.Equal((7, 3), (report.Total, report.Reused)));
    }

    [Fact]
    public void No_pictures_give_an_empty_set()
    {
        using var features = Extract([]);
        Assert.Equal(0, features.Count);
        Assert.Empty(features.Extraction.Bad);
    }

    private static ImageSample[] Pictures(int count) =>
        [
            .. Enumerable
                .Range(0, count)
                .Select(i => new WatchedSample($"picture {i}", SampleImages.Png(i % 3, (ulong)i, 10 + i, 30 - i))),
        ];

    private static float[] Row(FeatureSet features, int index)
    {
        using var row = features.Read(index, 1);
        return row.Span.ToArray();
    }

    private static float[] All(FeatureSet features)
    {
        using var all = features.Read(0, features.Count);
        return all.Span.ToArray();
    }

    private FeatureSet Extract(
        IReadOnlyList<ImageSample> images,
        FeatureExtractorOptions? options = null,
        IProgress<FeatureProgress>? progress = null
    ) => new FeatureExtractor(_backbone, _store, _workers, options).Extract(images, progress, Token);

    /// <summary>The picture's features without any of what is tested: loaded and run by itself.</summary>
    private float[] Alone(ImageSample image)
    {
        using var pixels = Tensor.Uninitialized(new Shape(1, TinyBackbone.Size, TinyBackbone.Size, 3));
        var loader = new ImageLoader(_backbone.Preprocessing);
        using var decoded = image.Decode(image.Read(new ImageLimits()), loader);
        loader.Resize(decoded.Pixels, pixels.Span);
        using var workers = new WorkerPool(1);
        using var runner = _backbone.Compiled.CreateRunner(1, workers);
        using var features = runner.Run(pixels);
        return features.Span.ToArray();
    }

    private sealed class Heard(Action<FeatureProgress> then) : IProgress<FeatureProgress>
    {
        public void Report(FeatureProgress value) => then(value);
    }

    private sealed class Notices(List<string> all) : IProgress<string>
    {
        public void Report(string value) => all.Add(value);
    }
}
