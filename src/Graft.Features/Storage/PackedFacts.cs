using System.Security.Cryptography;
using Graft.Data.Hashing;
using Graft.Data.Measurements;
using Graft.Imaging;

namespace Graft.Features.Storage;

/// <summary>Reads image facts that an older version stored as features: packed into a vector of floats.</summary>
internal static class PackedFacts
{
    /// <summary>The number of floats of one image's facts.</summary>
    public const int Length = HeaderLength + ImageSignature.Length;

    private const int HeaderLength = 12;

    // A larger integer is divided into a low part of this many bits and a high part.
    private const int PartBits = 20;

    private const string SelectBatch = """
        SELECT id, hash, checksum, value FROM features WHERE space=(SELECT id FROM spaces WHERE digest=$1) LIMIT 256
        """;

    /// <summary>The next packed facts of a space; null in place of those that do not match their checksum.</summary>
    /// <param name="database">The open store.</param>
    /// <param name="digest">The digest of the space.</param>
    public static List<(long Id, ContentHash Hash, ImageFacts? Facts)> ReadBatch(
        FeatureDatabase database,
        byte[] digest
    )
    {
        var rows = new List<(long, ContentHash, ImageFacts?)>();
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var reader = database.Command(SelectBatch, digest).ExecuteReader();
        var values = new float[Length];
        while (reader.Read())
        {
            ContentHash hash = default;
            ImageFacts? facts = null;
            if (
                reader.GetValue(1) is byte[] { Length: ContentHash.Length } key
                && reader.GetValue(2) is long checksum
                && reader.GetValue(3) is byte[] { Length: 4 * Length } bytes
            )
            {
                hash = new ContentHash(key);
                if (FeatureEncoding.Checksum(sha, digest, hash, bytes) == checksum)
                {
                    FeatureEncoding.Decode(bytes, FeaturePrecision.Float32, values);
                    facts = Unpack(values);
                }
            }

            rows.Add((reader.GetInt64(0), hash, facts));
        }

        return rows;
    }

    private static ImageFacts Unpack(float[] values) =>
        new()
        {
            Format = (ImageFormat)(int)values[0],
            Width = (int)Whole(values[1], values[2]),
            Height = (int)Whole(values[3], values[4]),
            Bands = (int)values[5],
            Orientation = (int)values[6] / 2,
            HasColourProfile = (int)values[6] % 2 == 1,
            FileBytes = Whole(values[7], values[8]),
            Brightness = values[9],
            Contrast = values[10],
            Sharpness = values[11],
            Signature = ImageSignature.FromValues(values.AsSpan(HeaderLength)),
        };

    private static long Whole(float low, float high) => (long)low + ((long)high << PartBits);
}
