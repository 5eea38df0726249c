using System.Buffers.Binary;
using System.Security.Cryptography;
using Graft.Data.Hashing;
using Graft.Data.Measurements;
using Graft.Imaging;
using Graft.Tensors;
using Microsoft.Data.Sqlite;

namespace Graft.Features.Storage;

/// <summary>
/// The facts of images in the feature store, by the hash of the file's bytes. A row whose checksum does not match
/// counts as absent. Thread-safe; valid as long as the store.
/// </summary>
public sealed class ImageFactTable
{
    private const int SignatureBytes = 4 * ImageSignature.Length;

    // The integers (8 bytes each), the floats (4 bytes each) and the signature.
    private const int RowBytes = (7 * sizeof(long)) + (3 * sizeof(float)) + SignatureBytes;

    private const string SelectFacts = """
        SELECT checksum, format, width, height, bands, orientation, has_profile, file_bytes,
            brightness, contrast, sharpness, signature
        FROM facts WHERE space=(SELECT id FROM spaces WHERE digest=$1) AND hash=$2
        """;

    private const string UpsertFacts = """
        INSERT OR REPLACE INTO facts(space, hash, checksum, format, width, height, bands, orientation, has_profile,
            file_bytes, brightness, contrast, sharpness, signature)
        VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
        """;

    private readonly FeatureStore _store;

    // Its row in the table of spaces holds the rules and when they were last used.
    private readonly FeatureTable _space;
    private readonly byte[] _digest;

    private ImageFactTable(FeatureStore store, FeatureTable space) =>
        (_store, _space, _digest) = (store, space, space.Space.Digest());

    /// <summary>
    /// The facts of images that are decoded for one preprocessing. The preprocessing is part of the key because
    /// decoding at reduced size affects the last digits.
    /// </summary>
    /// <param name="store">The store that holds the facts.</param>
    /// <param name="preprocessing">The preprocessing.</param>
    /// <exception cref="FeatureStoreException">The store cannot be written.</exception>
    public static ImageFactTable Create(FeatureStore store, Preprocessing preprocessing) =>
        Create(store, preprocessing, ImageDecoder.Version);

    internal static ImageFactTable Create(FeatureStore store, Preprocessing preprocessing, string decoder)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(preprocessing);

        var size = FormattableString.Invariant($"{preprocessing.Width}x{preprocessing.Height}");
        var shorter = FormattableString.Invariant($"{preprocessing.ShorterSide}");

        // The texts and the shape are those of older stores, so that their facts are found.
        var table = new ImageFactTable(
            store,
            store.Space(
                new FeatureSpace
                {
                    Decoder = decoder,
                    Preprocessing = $"decoded for {size} {preprocessing.Resize} {shorter}",
                    Weights = "none",
                    Node = "photo facts",
                    Numerics = FormattableString.Invariant($"revision {ImageMeasurement.Revision}"),
                    Shape = new Shape(PackedFacts.Length),
                }
            )
        );
        table.TakeOverPacked();
        return table;
    }

    /// <summary>Reads the facts of an image.</summary>
    /// <param name="hash">The hash of the image file.</param>
    /// <returns>The facts, or null if there are none or they do not match their checksum.</returns>
    /// <exception cref="FeatureStoreException">The file cannot be read.</exception>
    public ImageFacts? TryRead(ContentHash hash) => _store.Use(Read, hash);

    /// <summary>Writes facts in one transaction.</summary>
    /// <param name="batch">The hashes of image files, and their facts.</param>
    /// <exception cref="FeatureStoreException">The disk is full, or another process keeps the file locked.</exception>
    public void WriteBatch(IReadOnlyList<(ContentHash Hash, ImageFacts Facts)> batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (batch.Count > 0)
            _store.Use((database, items) => database.InTransaction(() => Write(database, items)), batch);
    }

    private ImageFacts? Read(FeatureDatabase database, ContentHash hash)
    {
        using var reader = database.Command(SelectFacts, _digest, hash.ToArray()).ExecuteReader();
        if (!reader.Read() || reader.GetValue(0) is not long checksum || Parse(reader) is not { } facts)
            return null;
        return Checksum(hash, facts) == checksum ? facts : null;
    }

    /// <summary>The facts of a row, or null if a column has another type or is out of range.</summary>
    private static ImageFacts? Parse(SqliteDataReader row)
    {
        Span<long> whole = stackalloc long[7];
        Span<float> real = stackalloc float[3];
        for (var i = 0; i < whole.Length; i++)
        {
            if (row.GetValue(1 + i) is not long value || (i < 6 && value is < 0 or > int.MaxValue))
                return null;
            whole[i] = value;
        }

        for (var i = 0; i < real.Length; i++)
        {
            if (row.GetValue(8 + i) is not double value)
                return null;
            real[i] = (float)value;
        }

        if (row.GetValue(11) is not byte[] { Length: SignatureBytes } bytes)
            return null;
        var signature = new float[ImageSignature.Length];
        FeatureEncoding.Decode(bytes, FeaturePrecision.Float32, signature);
        return new()
        {
            Format = (ImageFormat)(int)whole[0],
            Width = (int)whole[1],
            Height = (int)whole[2],
            Bands = (int)whole[3],
            Orientation = (int)whole[4],
            HasColourProfile = whole[5] != 0,
            FileBytes = whole[6],
            Brightness = real[0],
            Contrast = real[1],
            Sharpness = real[2],
            Signature = ImageSignature.FromValues(signature),
        };
    }

    private int Write(FeatureDatabase database, IReadOnlyList<(ContentHash Hash, ImageFacts Facts)> batch)
    {
        // Repeated for each batch, because another process may prune the space between two batches.
        var space = _space.Intern(database);
        foreach (var (hash, facts) in batch)
        {
            database.Execute(
                UpsertFacts,
                space,
                hash.ToArray(),
                Checksum(hash, facts),
                (long)facts.Format,
                (long)facts.Width,
                (long)facts.Height,
                (long)facts.Bands,
                (long)facts.Orientation,
                facts.HasColourProfile ? 1L : 0L,
                facts.FileBytes,
                (double)facts.Brightness,
                (double)facts.Contrast,
                (double)facts.Sharpness,
                SignatureOf(facts)
            );
        }

        return batch.Count;
    }

    private long Checksum(in ContentHash hash, ImageFacts facts)
    {
        var bytes = new byte[RowBytes];
        var rest = bytes.AsSpan();
        ReadOnlySpan<long> whole =
        [
            (long)facts.Format,
            facts.Width,
            facts.Height,
            facts.Bands,
            facts.Orientation,
            facts.HasColourProfile ? 1 : 0,
            facts.FileBytes,
        ];
        foreach (var value in whole)
        {
            BinaryPrimitives.WriteInt64LittleEndian(rest, value);
            rest = rest[sizeof(long)..];
        }

        ReadOnlySpan<float> real = [facts.Brightness, facts.Contrast, facts.Sharpness];
        foreach (var value in real)
        {
            BinaryPrimitives.WriteSingleLittleEndian(rest, value);
            rest = rest[sizeof(float)..];
        }

        SignatureOf(facts).CopyTo(rest);
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        return FeatureEncoding.Checksum(sha, _digest, hash, bytes);
    }

    private static byte[] SignatureOf(ImageFacts facts)
    {
        var bytes = new byte[SignatureBytes];
        FeatureEncoding.Encode(facts.Signature.Values, FeaturePrecision.Float32, bytes);
        return bytes;
    }

    /// <summary>Moves facts that an older version stored as features to their own table.</summary>
    private void TakeOverPacked()
    {
        // In batches, so that other processes need not wait long for the lock.
        while (_store.Use((database, _) => TakeOverBatch(database), 0) > 0) { }
    }

    private int TakeOverBatch(FeatureDatabase database)
    {
        // This check needs no write lock; there is nearly always nothing to do.
        const string Any = "SELECT 1 FROM features WHERE space=(SELECT id FROM spaces WHERE digest=$1)";
        if (database.Scalar(Any, _digest) is null)
            return 0;
        return database.InTransaction(() =>
        {
            var rows = PackedFacts.ReadBatch(database, _digest);
            Write(database, [.. rows.Where(row => row.Facts is not null).Select(row => (row.Hash, row.Facts!))]);

            // Count the rows that were deleted, not those that were read: in a damaged file, those might never end.
            return rows.Sum(row => database.Execute("DELETE FROM features WHERE id=$1", row.Id));
        });
    }
}
