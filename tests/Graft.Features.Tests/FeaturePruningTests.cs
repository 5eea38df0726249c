using Graft.Data.Hashing;
using Graft.Features.Storage;
using Graft.Testing;

namespace Graft.Features.Tests;

public sealed class FeaturePruningTests : IDisposable
{
    private const int Length = 1000;

    private readonly TemporaryFolder _folder = new();
    private readonly Clock _clock = new();
    private readonly FeatureSpace _old = SampleFeatures.Space(new(Length)) with { Weights = "old" };
    private readonly FeatureSpace _new = SampleFeatures.Space(new(Length)) with { Weights = "new" };
    private readonly (ContentHash Hash, ReadOnlyMemory<float> Values)[] _features = SampleFeatures.Batch(50, Length, 1);

    public void Dispose() => _folder.Dispose();

    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }

    /// <summary>50 features in a space last used on day 10, 50 in one first used on day 20.</summary>
    private FeatureStore Filled()
    {
        var store = FeatureStore.Open(_folder["features.db"], new() { Time = _clock });
        store.Space(_old).WriteBatch(_features);
        _clock.Now = _clock.Now.AddDays(10);
        store.Space(_old);
        store.Verdicts("rules").WriteBatch([(_features[0].Hash, "bad")]);
        _clock.Now = _clock.Now.AddDays(10);
        store.Space(_new).WriteBatch(_features);
        return store;
    }

    [Fact]
    public void Spaces_are_described_with_sizes_and_dates()
    {
        using var store = Filled();
        var spaces = store.Describe();
        Assert.Equal([_new, _old], spaces.Select(summary => summary.Space));
        Assert.All(spaces, summary => Assert.Equal((50, 50 * Length * 4), (summary.Count, summary.Bytes)));
        Assert.Equal(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero), spaces[1].Created);
        Assert.Equal(new DateTimeOffset(2030, 1, 11, 0, 0, 0, TimeSpan.Zero), spaces[1].LastUsed);
        Assert.Equal(new DateTimeOffset(2030, 1, 21, 0, 0, 0, TimeSpan.Zero), spaces[0].LastUsed);
        Assert.InRange(store.SizeBytes, 100 * Length * 4, 3 * 100 * Length * 4);
    }

    [Fact]
    public void Spaces_unused_for_long_are_removed_and_the_file_becomes_smaller()
    {
        using var store = Filled();
        Assert.Equal(0, store.Prune(new() { UnusedFor = TimeSpan.FromDays(11) }).Features);
        Assert.NotNull(store.Verdicts("rules").TryRead(_features[0].Hash));
        var before = store.SizeBytes;
        var result = store.Prune(new() { UnusedFor = TimeSpan.FromDays(9) });
        Assert.Equal((1, 50L), (result.Spaces, result.Features));
        Assert.Equal(before - store.SizeBytes, result.FreedBytes);
        Assert.True(result.FreedBytes >= 50 * Length * 4);
        Assert.Equal(_new, Assert.Single(store.Describe()).Space);
        Assert.Null(store.Verdicts("rules").TryRead(_features[0].Hash));
        Assert.Equal(50, SampleFeatures.AllRead(store.Space(_new), _features));
        Assert.Equal(0, SampleFeatures.AllRead(store.Space(_old), _features));
    }

    [Theory]
    [InlineData(1000, 0, 50, 50)]
    [InlineData(100, 0, 50, 50)]
    [InlineData(70, 30, 20, 50)]
    [InlineData(50, 50, 0, 50)]
    [InlineData(7, 93, 0, 7)]
    [InlineData(0, 100, 0, 0)]
    public void The_newest_features_are_kept_up_to_a_size(int kept, int removed, int oldLeft, int newLeft)
    {
        using var store = Filled();
        Assert.Equal(removed, store.Prune(new() { KeepBytes = kept * Length * 4 }).Features);
        Assert.Equal(oldLeft, SampleFeatures.AllRead(store.Space(_old), _features));
        Assert.Equal(newLeft, SampleFeatures.AllRead(store.Space(_new), _features));
        if (newLeft == 7)
            Assert.Equal(7, SampleFeatures.AllRead(store.Space(_new), [.. _features.TakeLast(7)]));
    }

    [Fact]
    public void One_space_can_be_removed()
    {
        using var store = Filled();
        var id = store.Describe().Single(summary => summary.Space == _new).Id;
        Assert.Equal(new PruneResult(1, 50, 0), store.Prune(new() { SpaceId = id }) with { FreedBytes = 0 });
        Assert.Equal(_old, Assert.Single(store.Describe()).Space);
    }

    [Fact]
    public void A_table_goes_on_after_its_space_was_removed()
    {
        using var store = Filled();
        var table = store.Space(_new);
        store.Prune(new() { KeepBytes = 0 });
        Assert.Equal(0, table.Count);
        table.WriteBatch(_features);
        Assert.Equal(50, SampleFeatures.AllRead(table, _features));
    }
}
