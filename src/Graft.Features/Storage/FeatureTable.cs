using System.Security.Cryptography;
using Graft.Data.Hashing;

namespace Graft.Features.Storage;

/// <summary>
/// The stored features of one <see cref="FeatureSpace"/>. Thread-safe; obtained from <see cref="FeatureStore.Space"/>.
/// </summary>
public sealed class FeatureTable
{
    private const string SelectSpace = "SELECT id FROM spaces WHERE digest=$1";
    private const string SelectFeature =
        "SELECT checksum, value FROM features WHERE space=(SELECT id FROM spaces WHERE digest=$1) AND hash=$2";

    // An existing row is overwritten only if it differs, which is the case after its checksum was found wrong.
    private const string UpsertFeature = """
        INSERT INTO features(space, hash, checksum, value) VALUES($1, $2, $3, $4)
        ON CONFLICT(space, hash) DO UPDATE SET checksum=excluded.checksum, value=excluded.value
        WHERE checksum<>excluded.checksum OR value<>excluded.value
        """;

    private readonly FeatureStore _store;
    private readonly byte[] _digest;

    internal FeatureTable(FeatureStore store, FeatureSpace space) =>
        (_store, Space, _digest) = (store, space, space.Digest());

    /// <summary>Everything that determines the values.</summary>
    public FeatureSpace Space { get; }

    /// <summary>The number of images with a feature in this space.</summary>
    public long Count =>
        _store.Use(
            static (database, digest) =>
                (long)
                    database.Scalar(
                        "SELECT count(*) FROM features WHERE space=(SELECT id FROM spaces WHERE digest=$1)",
                        digest
                    )!,
            _digest
        );

    /// <summary>The size of the features in bytes.</summary>
    public long SizeBytes => Count * Space.ByteLength;

    /// <summary>
    /// The relative rounding error of float16: the norm of the rounding errors divided by the norm of the features,
    /// over everything written. It is 0 for float32, and usually about 0.0003 for float16.
    /// </summary>
    public double RoundingError =>
        _store.Use(
            static (database, digest) =>
                database.Scalar(
                    "SELECT CASE WHEN norm>0 THEN sqrt(error/norm) ELSE 0.0 END FROM spaces WHERE digest=$1",
                    digest
                )
                    is double error
                    ? error
                    : 0,
            _digest
        );

    /// <summary>Whether the image has a feature that matches its checksum.</summary>
    /// <param name="hash">The hash of the image file.</param>
    public bool Contains(ContentHash hash) =>
        _store.Use((database, content) => ReadBytes(database, content) is not null, hash);

    /// <summary>Reads the feature of one image.</summary>
    /// <param name="hash">The hash of the image file.</param>
    /// <param name="destination">Receives the values; its length is that of the space's shape.</param>
    /// <returns>
    /// False if there is no feature or it does not match its checksum; the destination is then unchanged.
    /// </returns>
    /// <exception cref="ArgumentException">The destination has another length.</exception>
    /// <exception cref="FeatureStoreException">The file cannot be read.</exception>
    public bool TryRead(ContentHash hash, Span<float> destination)
    {
        RequireLength(destination.Length, 1);
        return ReadMany([hash], destination, [false]) == 1;
    }

    /// <summary>Reads the features of several images.</summary>
    /// <param name="hashes">The hashes of the image files.</param>
    /// <param name="destination">
    /// Receives the features one after another, in the order of the hashes. The place of a missing one is unchanged.
    /// </param>
    /// <param name="found">Receives for each image whether its feature was found.</param>
    /// <returns>The number of features found.</returns>
    /// <exception cref="ArgumentException">A length does not match the number of images.</exception>
    /// <exception cref="FeatureStoreException">The file cannot be read.</exception>
    public int ReadMany(ReadOnlySpan<ContentHash> hashes, Span<float> destination, Span<bool> found)
    {
        RequireLength(destination.Length, hashes.Length);
        if (found.Length != hashes.Length)
            throw new ArgumentException(
                $"There are {hashes.Length} images but room for {found.Length} answers.",
                nameof(found)
            );
        return _store.Use(Read, new Request(hashes, destination, found));
    }

    /// <summary>
    /// Writes features in one transaction: all are stored or none. Identical rows are left as they are.
    /// </summary>
    /// <param name="batch">
    /// The hashes of image files, and their features: finite values, as many as the space's shape has.
    /// </param>
    /// <exception cref="ArgumentException">
    /// A feature has another length, or a value is not finite or too large for float16.
    /// </exception>
    /// <exception cref="FeatureStoreException">The disk is full, or another process keeps the file locked.</exception>
    public void WriteBatch(IReadOnlyList<(ContentHash Hash, ReadOnlyMemory<float> Values)> batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var rows = new List<Row>(batch.Count);
        foreach (var (hash, values) in batch)
        {
            RequireLength(values.Length, 1);
            var bytes = new byte[Space.ByteLength];
            var (error, norm) = FeatureEncoding.Encode(values.Span, Space.Precision, bytes);
            rows.Add(new(hash, FeatureEncoding.Checksum(sha, _digest, hash, bytes), bytes, error, norm));
        }

        if (rows.Count > 0)
            _store.Use((database, items) => database.InTransaction(() => Write(database, items)), rows);
    }

    /// <summary>
    /// Rounds values in place to what reading them back would give. A run that computes features and one that reads
    /// them thus use the same values.
    /// </summary>
    /// <param name="values">Finite values; for float16, of magnitude at most 65,504.</param>
    public void Round(Span<float> values)
    {
        if (Space.Precision != FeaturePrecision.Float16)
            return;
        foreach (ref var value in values)
            value = (float)(Half)value;
    }

    /// <summary>Adds the space if it is missing, and updates its time of use.</summary>
    internal void Touch() => _store.Use((database, _) => database.InTransaction(() => Intern(database)), 0);

    private int Read(FeatureDatabase database, Request request)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var length = Space.Length;
        var count = 0;
        for (var i = 0; i < request.Hashes.Length; i++)
        {
            var bytes = ReadBytes(database, request.Hashes[i], sha);
            request.Found[i] = bytes is not null;
            if (bytes is null)
                continue;
            FeatureEncoding.Decode(bytes, Space.Precision, request.Destination.Slice(i * length, length));
            count++;
        }

        return count;
    }

    private byte[]? ReadBytes(FeatureDatabase database, ContentHash hash)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        return ReadBytes(database, hash, sha);
    }

    private byte[]? ReadBytes(FeatureDatabase database, ContentHash hash, IncrementalHash sha)
    {
        using var reader = database.Command(SelectFeature, _digest, hash.ToArray()).ExecuteReader();
        if (!reader.Read() || reader.GetValue(0) is not long checksum || reader.GetValue(1) is not byte[] bytes)
            return null;
        return bytes.Length == Space.ByteLength && FeatureEncoding.Checksum(sha, _digest, hash, bytes) == checksum
            ? bytes
            : null;
    }

    private int Write(FeatureDatabase database, List<Row> rows)
    {
        // Repeated for each batch, because another process may prune the space between two batches.
        var space = Intern(database);
        double error = 0,
            norm = 0;
        foreach (var row in rows)
        {
            if (database.Execute(UpsertFeature, space, row.Hash.ToArray(), row.Checksum, row.Bytes) == 0)
                continue;
            error += row.Error;
            norm += row.Norm;
        }

        return norm > 0
            ? database.Execute("UPDATE spaces SET error=error+$2, norm=norm+$3 WHERE id=$1", space, error, norm)
            : 0;
    }

    /// <summary>Adds the space if it is missing, updates its time of use, and returns its number.</summary>
    internal long Intern(FeatureDatabase database)
    {
        var now = _store.Time.GetUtcNow().ToUnixTimeSeconds();
        if (database.Execute("UPDATE spaces SET used=max(used, $2) WHERE digest=$1", _digest, now) == 0)
        {
            database.Execute(
                "INSERT INTO spaces(digest, decoder, preprocessing, weights, node, numerics, shape, precision, "
                    + "created, used) VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)",
                _digest,
                Space.Decoder,
                Space.Preprocessing,
                Space.Weights,
                Space.Node,
                Space.Numerics,
                Space.ShapeText,
                Space.PrecisionText,
                now
            );
        }

        return (long)database.Scalar(SelectSpace, _digest)!;
    }

    private void RequireLength(long length, int images)
    {
        if (length != (long)Space.Length * images)
            throw new ArgumentException(
                $"{images} feature(s) of shape {Space.Shape} have {(long)Space.Length * images:N0} numbers, not "
                    + $"{length:N0}."
            );
    }

    private readonly record struct Row(ContentHash Hash, long Checksum, byte[] Bytes, double Error, double Norm);

    private readonly ref struct Request(ReadOnlySpan<ContentHash> hashes, Span<float> destination, Span<bool> found)
    {
        public ReadOnlySpan<ContentHash> Hashes { get; } = hashes;

        public Span<float> Destination { get; } = destination;

        public Span<bool> Found { get; } = found;
    }
}
