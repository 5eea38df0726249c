using FsCheck;
using FsCheck.Fluent;
using Graft.Data.Hashing;
using Graft.Features.Storage;
using Graft.Tensors;
using Graft.Testing;

namespace Graft.Features.Tests;

public sealed class FeatureStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string StorePath => _folder["features.db"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Features_of_any_shape_come_back_as_they_were(bool inMemory)
    {
        var shapes =
            from rank in Gen.Choose(1, 3)
            from dimensions in Gen.ArrayOf(Gen.Choose(1, 12), rank)
            select new Shape(dimensions);
        var cases =
            from shape in shapes
            from count in Gen.Choose(0, 8)
            from seed in Gen.Choose(0, int.MaxValue)
            select (shape, count, seed);
        var number = 0;
        Prop.ForAll(cases.ToArbitrary(), item =>
            {
                var path = _folder[$"{number++}.db"];
                var space = SampleFeatures.Space(item.shape);
                var features = SampleFeatures.Batch(item.count, space.Length, item.seed);
                using var memory = inMemory ? FeatureStore.InMemory() : null;
                var first = memory ?? FeatureStore.Open(path);
                first.Space(space).WriteBatch(features);
                if (!inMemory)
                    first.Dispose();
                using var second = inMemory ? null : FeatureStore.Open(path);
                return SampleFeatures.AllRead((memory ?? second)!.Space(space), features) == item.count;
            })
            .QuickCheckThrowOnFailure();
    }

    [Fact]
    public void What_was_never_written_is_absent_and_leaves_the_destination_alone()
    {
        using var store = FeatureStore.Open(StorePath);
        var table = store.Space(SampleFeatures.Space(new(4)));
        float[] destination = [1, 2, 3, 4];
        Assert.False(table.TryRead(ContentHash.Compute("x"u8), destination));
        Assert.False(table.Contains(ContentHash.Compute("x"u8)));
        Assert.Equal([1, 2, 3, 4], destination);
        Assert.Equal(0, table.Count);
    }

    [Fact]
    public void Spaces_that_differ_in_any_part_are_kept_apart()
    {
        var space = SampleFeatures.Space(new(4));
        FeatureSpace[] others =
        [
            space with
            {
                Decoder = "other",
            },
            space with
            {
                Preprocessing = "other",
            },
            space with
            {
                Weights = "other",
            },
            space with
            {
                Node = "other",
            },
            space with
            {
                Numerics = "other",
            },
            space with
            {
                Shape = new(2, 2),
            },
            space with
            {
                Precision = FeaturePrecision.Float16,
            },
            space with
            {
                Weights = space.Weights + "\nnode other",
            },
        ];
        var features = SampleFeatures.Batch(1, 4, 1);
        using var store = FeatureStore.Open(StorePath);
        store.Space(space).WriteBatch(features);
        Assert.All(others, other => Assert.False(store.Space(other).Contains(features[0].Hash)));
        Assert.True(store.Space(space with { }).Contains(features[0].Hash));
    }

    [Fact]
    public void Many_are_read_in_order_with_the_missing_ones_told()
    {
        var space = SampleFeatures.Space(new(3));
        var features = SampleFeatures.Batch(5, 3, 1);
        using var store = FeatureStore.Open(StorePath);
        var table = store.Space(space);
        table.WriteBatch([features[0], features[2], features[4]]);
        var destination = new float[15];
        var found = new bool[5];
        Assert.Equal(3, table.ReadMany([.. features.Select(item => item.Hash)], destination, found));
        Assert.Equal([true, false, true, false, true], found);
        Assert.Equal(
            [.. features[0].Values.Span, 0, 0, 0, .. features[2].Values.Span, 0, 0, 0, .. features[4].Values.Span],
            destination
        );
    }

    [Fact]
    public void Writing_again_changes_nothing()
    {
        var features = SampleFeatures.Batch(10, 3, 1);
        using var store = FeatureStore.Open(StorePath);
        var table = store.Space(SampleFeatures.Space(new(3)));
        table.WriteBatch(features);
        table.WriteBatch(features);
        Assert.Equal(10, table.Count);
        Assert.Equal(120, table.SizeBytes);
        Assert.Equal(10, SampleFeatures.AllRead(table, features));
    }

    [Fact]
    public void Sixteen_bits_round_and_tell_what_that_costs()
    {
        var space = SampleFeatures.Space(new(100)) with { Precision = FeaturePrecision.Float16 };
        var features = SampleFeatures.Batch(20, 100, 3);
        using (var store = FeatureStore.Open(StorePath))
        {
            store.Space(space).WriteBatch([.. features.Take(10)]);
            store.Space(space).WriteBatch(features);
        }

        using var again = FeatureStore.Open(StorePath);
        var table = again.Space(space);
        Assert.Equal(20 * 100 * 2, table.SizeBytes);

        // The oracle: rounded by the runtime, norms in double precision over everything that was written, once.
        var values = features.SelectMany(item => item.Values.ToArray()).ToArray();
        var error = Math.Sqrt(
            values.Sum(value => Math.Pow(value - (double)(float)(Half)value, 2))
                / values.Sum(value => (double)value * value)
        );
        Assert.InRange(error, 1e-5, 1e-3);
        Assert.Equal(error, table.RoundingError, 1e-12);
        Assert.Equal(error, Assert.Single(again.Describe()).RoundingError, 1e-12);
        foreach (var (hash, expected) in features)
        {
            var read = new float[100];
            Assert.True(table.TryRead(hash, read));
            Assert.Equal(expected.ToArray().Select(value => (float)(Half)value), read);
            var rounded = expected.ToArray();
            table.Round(rounded);
            Assert.Equal(read, rounded);
        }
    }

    [Fact]
    public void Thirty_two_bits_cost_nothing()
    {
        using var store = FeatureStore.Open(StorePath);
        var table = store.Space(SampleFeatures.Space(new(5)));
        table.WriteBatch(SampleFeatures.Batch(3, 5, 1));
        Assert.Equal(0, table.RoundingError);
    }

    [Theory]
    [InlineData(float.NaN, FeaturePrecision.Float32)]
    [InlineData(float.PositiveInfinity, FeaturePrecision.Float32)]
    [InlineData(70_000f, FeaturePrecision.Float16)]
    public void Numbers_that_would_come_back_wrong_are_refused_and_nothing_is_written(
        float value,
        FeaturePrecision precision
    )
    {
        using var store = FeatureStore.Open(StorePath);
        var table = store.Space(SampleFeatures.Space(new(2)) with { Precision = precision });
        Assert.Throws<ArgumentException>(() =>
            table.WriteBatch([
                (ContentHash.Compute("a"u8), new float[] { 1, 2 }),
                (ContentHash.Compute("b"u8), new float[] { 1, value }),
            ])
        );
        Assert.Equal(0, table.Count);
    }

    [Fact]
    public void Wrong_lengths_are_refused()
    {
        using var store = FeatureStore.InMemory();
        var table = store.Space(SampleFeatures.Space(new(3)));
        Assert.Throws<ArgumentException>(() => table.WriteBatch([(default, new float[2])]));
        Assert.Throws<ArgumentException>(() => table.TryRead(default, new float[4]));
        Assert.Throws<ArgumentException>(() => table.ReadMany(new ContentHash[2], new float[6], new bool[1]));
        Assert.Throws<ArgumentException>(() => store.Space(SampleFeatures.Space(new(3, 0))));
    }

    [Fact]
    public void Verdicts_on_bad_photos_are_kept_by_the_rules_they_were_found_under()
    {
        var hash = ContentHash.Compute("bomb"u8);
        using (var store = FeatureStore.Open(StorePath))
            store.Verdicts("libvips 8.18.7, 100 megapixels").WriteBatch([(hash, "2500 megapixels"), (default, "é")]);
        using var again = FeatureStore.Open(StorePath);
        Assert.Equal("2500 megapixels", again.Verdicts("libvips 8.18.7, 100 megapixels").TryRead(hash));
        Assert.Equal("é", again.Verdicts("libvips 8.18.7, 100 megapixels").TryRead(default));
        Assert.Null(again.Verdicts("libvips 8.18.7, 9000 megapixels").TryRead(hash));
        Assert.Null(again.Verdicts("libvips 8.18.7, 100 megapixels").TryRead(ContentHash.Compute("fine"u8)));
    }

    [Fact]
    public void Threads_may_share_a_store()
    {
        using var store = FeatureStore.Open(StorePath);
        var table = store.Space(SampleFeatures.Space(new(50)));
        Parallel.For(0, 8, i =>
        {
            var features = SampleFeatures.Batch(20, 50, i);
            table.WriteBatch(features);
            Assert.Equal(20, SampleFeatures.AllRead(table, features));
        });
        Assert.Equal(160, table.Count);
    }

    [Fact]
    public void A_closed_store_says_so()
    {
        var store = FeatureStore.Open(StorePath);
        var table = store.Space(SampleFeatures.Space(new(1)));
        store.Dispose();
        store.Dispose();
        Assert.Throws<ObjectDisposedException>(() => table.Contains(default));
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void Ten_thousand_features_of_2048_are_read_at_once_as_they_were_written()
    {
        const int Count = 10_000,
            Length = 2048;
        using var store = FeatureStore.Open(StorePath);
        var table = store.Space(SampleFeatures.Space(new(Length)));
        var features = SampleFeatures.Batch(Count, Length, 1);
        foreach (var batch in features.Chunk(64))
            table.WriteBatch(batch);
        var read = new float[Count * Length];
        var found = new bool[Count];
        Assert.Equal(Count, table.ReadMany([.. features.Select(item => item.Hash)], read, found));
        Assert.DoesNotContain(false, found);
        for (var i = 0; i < Count; i++)
            Assert.True(
                features[i].Values.Span.SequenceEqual(read.AsSpan(i * Length, Length)),
                $"Feature {i} differs."
            );
    }
}
