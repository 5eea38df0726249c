using System.Security.Cryptography;
using System.Text;
using Graft.Data.Hashing;

namespace Graft.Features.Storage;

/// <summary>
/// The bad-image table: images that cannot be used, and why. They need not be decoded again. Thread-safe; obtained from
/// <see cref="FeatureStore.Verdicts"/>.
/// </summary>
public sealed class BadImageTable
{
    private readonly FeatureStore _store;
    private readonly byte[] _rules;

    internal BadImageTable(FeatureStore store, string rules) =>
        (_store, _rules) = (store, SHA256.HashData(Encoding.UTF8.GetBytes(rules)));

    /// <summary>Why an image is bad, or null if it is not known to be bad.</summary>
    /// <param name="hash">The hash of the image file.</param>
    /// <exception cref="FeatureStoreException">The file cannot be read.</exception>
    public string? TryRead(ContentHash hash) =>
        _store.Use(
            (database, content) =>
            {
                using var reader = database
                    .Command(
                        "SELECT checksum, reason FROM verdicts WHERE rules=$1 AND hash=$2",
                        _rules,
                        content.ToArray()
                    )
                    .ExecuteReader();
                return
                    reader.Read()
                    && reader.GetValue(0) is long checksum
                    && reader.GetValue(1) is string reason
                    && Checksum(content, reason) == checksum
                    ? reason
                    : null;
            },
            hash
        );

    /// <summary>Adds bad images, in one transaction.</summary>
    /// <param name="verdicts">The hashes of image files, and why each image is bad.</param>
    /// <exception cref="FeatureStoreException">The disk is full, or another process keeps the file locked.</exception>
    public void WriteBatch(IReadOnlyList<(ContentHash Hash, string Reason)> verdicts)
    {
        ArgumentNullException.ThrowIfNull(verdicts);
        if (verdicts.Count == 0)
            return;
        var now = _store.Time.GetUtcNow().ToUnixTimeSeconds();
        _store.Use(
            (database, items) =>
                database.InTransaction(() =>
                {
                    foreach (var (hash, reason) in items)
                    {
                        database.Execute(
                            "INSERT OR REPLACE INTO verdicts(rules, hash, checksum, reason, created) VALUES($1, $2, "
                                + "$3, $4, $5)",
                            _rules,
                            hash.ToArray(),
                            Checksum(hash, reason),
                            reason,
                            now
                        );
                    }

                    return 0;
                }),
            verdicts
        );
    }

    private long Checksum(ContentHash hash, string reason)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        return FeatureEncoding.Checksum(sha, _rules, hash, Encoding.UTF8.GetBytes(reason));
    }
}
