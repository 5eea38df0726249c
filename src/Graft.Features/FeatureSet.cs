using Graft.Data;
using Graft.Data.Hashing;
using Graft.Features.Storage;
using Graft.Tensors;

namespace Graft.Features;

/// <summary>
/// The features of some images, in their order, without the bad images. They are in memory or, if they are large, stay
/// in the store and are read on demand. The caller disposes the set before the store. Thread-safe for reading.
/// </summary>
public sealed class FeatureSet : IDisposable
{
    private readonly Tensor? _memory;
    private readonly FeatureTable? _table;
    private readonly ContentHash[] _hashes;
    private readonly Tensor? _exact;
    private readonly IReadOnlyList<bool> _exactlyKnown;

    private FeatureSet(
        FeatureExtraction extraction,
        Shape shape,
        ContentHash[] hashes,
        Tensor? memory,
        FeatureTable? table,
        Tensor? exact,
        IReadOnlyList<bool> exactlyKnown
    )
    {
        _exact = exact;
        _exactlyKnown = exactlyKnown;
        Extraction = extraction;
        Shape = shape;
        _hashes = hashes;
        _memory = memory;
        _table = table;
    }

    /// <summary>What was computed, reused and left out.</summary>
    public FeatureExtraction Extraction { get; }

    /// <summary>The shape of the features of one image, without the batch.</summary>
    public Shape Shape { get; }

    /// <summary>The number of images.</summary>
    public int Count => _hashes.Length;

    internal static FeatureSet InMemory(
        FeatureExtraction extraction,
        Tensor features,
        Tensor? exact,
        IReadOnlyList<bool> exactlyKnown
    ) =>
        new(
            extraction,
            new Shape(features.Shape.Dimensions[1..]),
            new ContentHash[features.Shape[0]],
            features,
            null,
            exact,
            exactlyKnown
        );

    internal static FeatureSet InStore(FeatureExtraction extraction, FeatureTable table, ContentHash[] hashes) =>
        new(extraction, table.Space.Shape, hashes, null, table, null, []);

    /// <summary>Makes a set of features that were computed elsewhere.</summary>
    /// <param name="features"><c>[n, ...]</c>; the set owns it.</param>
    public static FeatureSet From(Tensor features)
    {
        ArgumentNullException.ThrowIfNull(features);
        var count = features.Shape[0];
        var extraction = new FeatureExtraction
        {
            Good = [.. Enumerable.Range(0, count)],
            Bad = [],
            Computed = count,
            Reused = 0,
            Duration = TimeSpan.Zero,
        };
        return InMemory(extraction, features, null, []);
    }

    /// <summary>Reads the features of some images.</summary>
    /// <param name="indices">Which images, from 0.</param>
    /// <returns><c>[indices, ...]</c>, owned by the caller.</returns>
    /// <exception cref="FeatureStoreException">
    /// A feature is no longer in the store, because another process pruned it.
    /// </exception>
    public Tensor Read(ReadOnlySpan<int> indices)
    {
        var result = Tensor.Uninitialized(new Shape([indices.Length, .. Shape.Dimensions]));
        if (_memory is not null)
        {
            for (var i = 0; i < indices.Length; i++)
                _memory.Rows(indices[i]).CopyTo(result.Rows(i));
            return result;
        }

        var hashes = new ContentHash[indices.Length];
        for (var i = 0; i < indices.Length; i++)
            hashes[i] = _hashes[indices[i]];
        try
        {
            if (_table!.ReadMany(hashes, result.Span, new bool[hashes.Length]) != hashes.Length)
                throw new FeatureStoreException(
                    FeatureStoreProblem.Changed,
                    "Reading features failed: some are no longer in the store; another process may have pruned it. "
                        + "Run the command again: missing features are computed again."
                );
            return result;
        }
        catch
        {
            result.Dispose();
            throw;
        }
    }

    /// <summary>Reads the features of consecutive images.</summary>
    /// <param name="first">The index of the first image.</param>
    /// <param name="count">The number of images.</param>
    /// <returns><c>[count, ...]</c>, owned by the caller.</returns>
    public Tensor Read(int first, int count)
    {
        var indices = new int[count];
        for (var i = 0; i < count; i++)
            indices[i] = first + i;
        return Read(indices);
    }

    /// <summary>
    /// The features of some images before they were rounded to float16; null unless all of them were computed in this
    /// extraction.
    /// </summary>
    /// <param name="indices">Which images.</param>
    /// <returns><c>[indices, ...]</c>, owned by the caller.</returns>
    public Tensor? ReadExact(IReadOnlyList<int> indices)
    {
        if (_exact is null || indices.Any(index => !_exactlyKnown[index]))
            return null;
        var result = Tensor.Uninitialized(new Shape([indices.Count, .. Shape.Dimensions]));
        for (var i = 0; i < indices.Count; i++)
            _exact.Rows(indices[i]).CopyTo(result.Rows(i));
        return result;
    }

    /// <summary>Frees the features in memory.</summary>
    public void Dispose()
    {
        _memory?.Dispose();
        _exact?.Dispose();
    }
}

/// <summary>The result of an extraction.</summary>
public sealed record FeatureExtraction
{
    /// <summary>For each image of the set, its index among all images of the extraction.</summary>
    public required IReadOnlyList<int> Good { get; init; }

    /// <summary>The images that were left out, and why.</summary>
    public required IReadOnlyList<BadImage> Bad { get; init; }

    /// <summary>How many features were computed.</summary>
    public required int Computed { get; init; }

    /// <summary>How many features came from the store, or from another image with the same bytes.</summary>
    public required int Reused { get; init; }

    /// <summary>How long the extraction took.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>
    /// Seconds spent reading and decoding, summed over the threads. They decode while the network computes, and other
    /// work on the same processors makes the time longer.
    /// </summary>
    public double DecodeSeconds { get; init; }

    /// <summary>Seconds spent in the network.</summary>
    public double NetworkSeconds { get; init; }

    /// <summary>
    /// With float16: the norm of the rounding errors divided by the norm of the features. 0 with float32.
    /// </summary>
    public double RoundingError { get; init; }

    /// <summary>
    /// Why computed features could not be stored; null if they were. They are in the set, but will be computed again
    /// next time.
    /// </summary>
    public string? StoreProblem { get; init; }
}
