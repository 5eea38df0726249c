using Graft.Data.Hashing;
using Graft.Data.Measurements;
using Graft.Features.Storage;
using Graft.Imaging;
using Graft.Tensors;
using Graft.Testing;

namespace Graft.Features.Tests;

public sealed class ImageFactTableTests : IDisposable
{
    private const string Decoder = "libvips 8.18.7, decode 1";
    private const int PackedLength = 12 + ImageSignature.Length;
    private static readonly Preprocessing Preparation = new() { Height = 32, Width = 32 };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private FeatureStore Open() => FeatureStore.Open(_folder["features.db"]);

    private static ImageFactTable Table(FeatureStore store) => ImageFactTable.Create(store, Preparation, Decoder);

    private static ContentHash Hash(int i) => ContentHash.Compute(BitConverter.GetBytes(i));

    /// <summary>The facts that the fixture holds of image <paramref name="i"/>.</summary>
    private static ImageFacts Facts(int i)
    {
        var luminance = new float[ImageSignature.Length];
        for (var p = 0; p < luminance.Length; p++)
            luminance[p] = p * (i + 3) % 256;
        return new()
        {
            Format = (ImageFormat)i,
            Width = 640 + i,
            Height = 2_000_000 + i,
            Bands = 3 + (i % 2),
            Orientation = 1 + i,
            HasColourProfile = i == 1,
            FileBytes = 5_000_000_000 + i,
            Brightness = 100.25f + i,
            Contrast = 30.1f,
            Sharpness = 7.7f * i,
            Signature = ImageSignature.Compute(luminance),
        };
    }

    private static (ContentHash Hash, ImageFacts Facts)[] Batch(int count) =>
        [.. Enumerable.Range(0, count).Select(i => (Hash(i), Facts(i)))];

    private static void AssertFacts(int i, ImageFacts? facts)
    {
        Assert.NotNull(facts);
        var expected = Facts(i);
        Assert.Equal(expected.Signature.Values, facts.Signature.Values);
        Assert.Equal(expected with { Signature = facts.Signature }, facts);
    }

    /// <summary>The space in which older versions stored facts.</summary>
    private static FeatureSpace PackedSpace =>
        new()
        {
            Decoder = Decoder,
            Preprocessing = "decoded for 32x32 Stretch ",
            Weights = "none",
            Node = "photo facts",
            Numerics = "revision 1",
            Shape = new Shape(PackedLength),
        };

    /// <summary>Facts as older versions packed them.</summary>
    private static ReadOnlyMemory<float> Pack(ImageFacts facts)
    {
        const long Mask = (1 << 20) - 1;
        return (float[])
            [
                (int)facts.Format,
                facts.Width & Mask,
                facts.Width >> 20,
                facts.Height & Mask,
                facts.Height >> 20,
                facts.Bands,
                (2 * facts.Orientation) + (facts.HasColourProfile ? 1 : 0),
                facts.FileBytes & Mask,
                facts.FileBytes >> 20,
                facts.Brightness,
                facts.Contrast,
                facts.Sharpness,
                .. facts.Signature.Values,
            ];
    }

    private static long Count(FeatureStore store, string table) =>
        store.Use((database, name) => (long)database.Scalar($"SELECT count(*) FROM {name}")!, table);

    [Fact]
    public void Facts_come_back_as_they_were_written()
    {
        using (var store = Open())
            Table(store).WriteBatch(Batch(4));
        using var again = Open();
        var table = Table(again);
        for (var i = 0; i < 4; i++)
            AssertFacts(i, table.TryRead(Hash(i)));
        Assert.Null(table.TryRead(Hash(4)));
        Assert.Null(ImageFactTable.Create(again, Preparation with { Width = 64 }, Decoder).TryRead(Hash(0)));
    }

    [Theory]
    [InlineData("width=width+1")]
    [InlineData("width=-1")]
    [InlineData("height='text'")]
    [InlineData("format=1-format")]
    [InlineData("has_profile=1-has_profile")]
    [InlineData("brightness=brightness+1")]
    [InlineData("brightness='text'")]
    [InlineData("signature=substr(signature, 5)")]
    [InlineData("signature=zeroblob(1024)")]
    [InlineData("checksum=checksum+1")]
    [InlineData("(checksum, width)=(SELECT checksum, width FROM facts WHERE id=2)")]
    public void An_altered_row_counts_as_absent_and_can_be_written_again(string change)
    {
        using var store = Open();
        var table = Table(store);
        table.WriteBatch(Batch(2));
        Assert.Equal(1, store.Use((database, set) => database.Execute($"UPDATE facts SET {set} WHERE id=1"), change));
        Assert.Null(table.TryRead(Hash(0)));
        AssertFacts(1, table.TryRead(Hash(1)));
        table.WriteBatch(Batch(1));
        AssertFacts(0, table.TryRead(Hash(0)));
    }

    [Fact]
    public void Facts_that_an_older_version_packed_are_taken_over()
    {
        const int Images = 300;
        using (var store = Open())
        {
            var packed = store.Space(PackedSpace);
            packed.WriteBatch([.. Batch(Images).Select(item => (item.Hash, Pack(item.Facts)))]);
            store.Use((database, _) => database.Execute("UPDATE features SET checksum=checksum+1 WHERE id=8"), 0);
            store.Use((database, _) => database.Execute("DROP TABLE facts"), 0);
        }

        using var again = Open();
        var table = Table(again);
        for (var i = 0; i < Images; i++)
        {
            if (i == 7)
                Assert.Null(table.TryRead(Hash(i)));
            else
                AssertFacts(i, table.TryRead(Hash(i)));
        }

        Assert.Equal((0, Images - 1), (Count(again, "features"), Count(again, "facts")));
        Assert.Equal(Images - 1, Assert.Single(again.Describe()).Count);
    }

    [Fact]
    public void A_store_that_was_written_before_facts_had_a_table_is_read()
    {
        File.Copy(Path.Combine(AppContext.BaseDirectory, "Fixtures", "store-before.sqlite"), _folder["features.db"]);
        using var store = Open();
        var features = store.Space(
            new()
            {
                Decoder = "libvips 8.18.7",
                Preprocessing = "32x32 stretch",
                Weights = "tiny",
                Node = "avg_pool",
                Numerics = "1 avx2 winograd",
                Shape = new Shape(8),
            }
        );
        var facts = Table(store);
        for (var i = 0; i < 3; i++)
        {
            var values = new float[8];
            Assert.True(features.TryRead(Hash(i), values));
            Assert.Equal([.. Enumerable.Range(0, 8).Select(c => i + (c / 8f))], values);
            AssertFacts(i, facts.TryRead(Hash(i)));
        }

        Assert.Equal("truncated", store.Verdicts("libvips 8.18.7, tiny").TryRead(Hash(9)));
    }

    [Fact]
    public void Facts_are_counted_and_pruned_as_features_are()
    {
        using var store = Open();
        var table = Table(store);
        table.WriteBatch(Batch(10));
        var summary = Assert.Single(store.Describe());
        Assert.Equal((10, 10 * 4 * PackedLength), (summary.Count, summary.Bytes));

        Assert.Equal(4, store.Prune(new() { KeepBytes = 6 * 4 * PackedLength }).Features);
        Assert.Null(table.TryRead(Hash(3)));
        AssertFacts(4, table.TryRead(Hash(4)));

        Assert.Equal(
            (1, 6),
            (store.Prune(new() { SpaceId = summary.Id }) is var gone ? (gone.Spaces, gone.Features) : default)
        );
        Assert.Equal(0, Count(store, "facts"));
        table.WriteBatch(Batch(1));
        AssertFacts(0, table.TryRead(Hash(0)));

        // An older version removes only the space.
        store.Use((database, _) => database.Execute("DELETE FROM spaces"), 0);
        store.Prune(new());
        Assert.Equal(0, Count(store, "facts"));
    }
}
