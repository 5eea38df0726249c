using Graft.Data.Hashing;
using Graft.Data.Measurements;
using Graft.Imaging;
using Graft.Tensors;

namespace Graft.Features.Storage;

/// <summary>
/// Facts of photos, kept in the feature store by the hash of the file's bytes as features of a space of their own: with
/// the same checksums, batches and pruning. Thread-safe; valid as long as the store.
/// </summary>
public sealed class ImageFactTable
{
    /// <summary>How many bits of a whole number a float of the store gets.</summary>
    private const int PartBits = 20;

    private const int HeaderLength = 12;

    private readonly FeatureTable _table;

    private ImageFactTable(FeatureTable table) => _table = table;

    /// <summary>
    /// The facts of photos that are decoded for some preprocessing; how far they are shrunk as they are decoded has a
    /// hand in the last digits.
    /// </summary>
    /// <param name="store">Where they are kept.</param>
    /// <param name="preprocessing">The preprocessing.</param>
    /// <exception cref="FeatureStoreException">The store cannot be written.</exception>
    public static ImageFactTable Create(FeatureStore store, Preprocessing preprocessing)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(preprocessing);
        return new(
            store.Space(
                new FeatureSpace
                {
                    Decoder = ImageDecoder.Version,
                    Preprocessing = FormattableString.Invariant(
                        $"decoded for {preprocessing.Width}x{preprocessing.Height} {preprocessing.Resize} {preprocessing.ShorterSide}"
                    ),
                    Weights = "none",
                    Node = "photo facts",
                    Numerics = FormattableString.Invariant($"revision {ImageMeasurement.Revision}"),
                    Shape = new Shape(HeaderLength + ImageSignature.Length),
                }
            )
        );
    }

    /// <summary>Reads the facts of a photo.</summary>
    /// <param name="hash">The photo.</param>
    /// <returns>Null where they are not known.</returns>
    /// <exception cref="FeatureStoreException">The file cannot be read.</exception>
    public ImageFacts? TryRead(ContentHash hash)
    {
        var values = new float[_table.Space.Length];
        return _table.TryRead(hash, values) ? Decode(values) : null;
    }

    /// <summary>Writes facts in one transaction.</summary>
    /// <param name="batch">Photos and their facts.</param>
    /// <exception cref="FeatureStoreException">The disk is full, or another process keeps the file locked.</exception>
    public void WriteBatch(IReadOnlyList<(ContentHash Hash, ImageFacts Facts)> batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        _table.WriteBatch([.. batch.Select(item => (item.Hash, (ReadOnlyMemory<float>)Encode(item.Facts)))]);
    }

    private static float[] Encode(ImageFacts facts)
    {
        const long PartMask = (1L << PartBits) - 1;
        var values = new float[HeaderLength + ImageSignature.Length];
        values[0] = (int)facts.Format;
        // Floats hold whole numbers up to 2^24 exactly, so larger ones are divided.
        values[1] = facts.Width & PartMask;
        values[2] = facts.Width >> PartBits;
        values[3] = facts.Height & PartMask;
        values[4] = facts.Height >> PartBits;
        values[5] = facts.Bands;
        values[6] = (2 * facts.Orientation) + (facts.HasColourProfile ? 1 : 0);
        values[7] = facts.FileBytes & PartMask;
        values[8] = facts.FileBytes >> PartBits;
        values[9] = facts.Brightness;
        values[10] = facts.Contrast;
        values[11] = facts.Sharpness;
        facts.Signature.Values.CopyTo(values.AsSpan(HeaderLength));
        return values;
    }

    private static ImageFacts Decode(float[] values) =>
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
