using Graft.Data.Hashing;
using Graft.Data.Measurements;
using Graft.Features.Storage;
using Graft.Tensors;

namespace Graft.Features;

/// <summary>
/// Gathers features from the store and from the network, and keeps them in memory if they fit. In that case a store
/// that cannot be written, for example because the disk is full, is not an error; it only means that the features are
/// computed again next time.
/// </summary>
internal sealed class FeatureCollector : IDisposable
{
    private readonly FeatureTable _table;
    private readonly ContentHash?[] _hashes;
    private readonly bool[] _known;
    private readonly Dictionary<ContentHash, List<int>> _places = [];
    private readonly bool[] _exactlyKnown;
    private Tensor? _memory;

    /// <summary>With float16: the computed features before they were rounded.</summary>
    private Tensor? _exact;
    private string? _storeProblem;

    /// <summary>Reads the stored features of some images.</summary>
    /// <param name="table">The stored features.</param>
    /// <param name="hashes">The hashes of the images; null where one cannot be read.</param>
    /// <param name="maximumBytes">
    /// The features are kept in memory if they take at most this many bytes as float32.
    /// </param>
    public FeatureCollector(FeatureTable table, ContentHash?[] hashes, long maximumBytes)
    {
        _table = table;
        _hashes = hashes;
        _known = new bool[hashes.Length];
        _exactlyKnown = new bool[hashes.Length];
        for (var i = 0; i < hashes.Length; i++)
        {
            if (hashes[i] is not { } hash)
                continue;
            if (!_places.TryGetValue(hash, out var places))
                _places.Add(hash, places = []);
            places.Add(i);
        }

        var shape = table.Space.Shape;
        if (shape.ElementCount * sizeof(float) * hashes.Length <= maximumBytes)
            _memory = Tensor.Uninitialized(new Shape([hashes.Length, .. shape.Dimensions]));
        LookUp();
    }

    /// <summary>Whether the store has the features of an image.</summary>
    public bool IsKnown(int image) => _known[image];

    /// <summary>Adds computed features, and stores them.</summary>
    /// <param name="hashes">The hashes of the contents.</param>
    /// <param name="features">The features, <c>[hashes, ...]</c>; rounded in place to the store's precision.</param>
    /// <exception cref="FeatureStoreException">
    /// The features do not fit into memory and the store cannot be written.
    /// </exception>
    public void Add(ContentHash[] hashes, Tensor features)
    {
        if (_table.Space.Precision == FeaturePrecision.Float16 && _memory is not null)
            KeepExact(hashes, features);
        // The store receives the unrounded values, because it records the rounding error.
        var rows = new List<(ContentHash, ReadOnlyMemory<float>)>(hashes.Length);
        for (var i = 0; i < hashes.Length; i++)
            rows.Add((hashes[i], features.Rows(i).ToArray()));
        // A run that computes features and one that reads stored features must see the same values.
        _table.Round(features.Span);
        for (var i = 0; i < hashes.Length; i++)
        {
            if (!_places.TryGetValue(hashes[i], out var places))
                continue;
            foreach (var place in places)
                Keep(place, features.Rows(i));
        }

        Write(() => _table.WriteBatch(rows));
    }

    /// <summary>Stores why images are bad.</summary>
    public void AddBadImages(BadImageTable table, IReadOnlyList<(ContentHash Hash, string Reason)> verdicts) =>
        Write(() => table.WriteBatch(verdicts));

    /// <summary>Stores the facts of images.</summary>
    public void AddFacts(ImageFactTable table, IReadOnlyList<(ContentHash Hash, ImageFacts Facts)> facts) =>
        Write(() => table.WriteBatch(facts));

    /// <summary>The features of the good images.</summary>
    /// <param name="extraction">The extraction, which lists the good images.</param>
    /// <returns>A set that the caller owns.</returns>
    public FeatureSet ToSet(FeatureExtraction extraction)
    {
        extraction = extraction with { StoreProblem = _storeProblem };
        if (_memory is null)
            return FeatureSet.InStore(extraction, _table, [.. extraction.Good.Select(i => _hashes[i]!.Value)]);
        var set = FeatureSet.InMemory(
            extraction,
            Compact(_memory, extraction.Good),
            _exact is null ? null : Compact(_exact, extraction.Good),
            [.. extraction.Good.Select(i => _exactlyKnown[i])]
        );
        (_memory, _exact) = (null, null);
        return set;
    }

    public void Dispose()
    {
        _memory?.Dispose();
        _exact?.Dispose();
    }

    /// <summary>
    /// The features of the good images: the tensor itself if all are good; otherwise a copy, and the tensor is
    /// disposed.
    /// </summary>
    private static Tensor Compact(Tensor features, IReadOnlyList<int> good)
    {
        if (good.Count == features.Shape[0])
            return features;
        var compact = Tensor.Uninitialized(features.Shape.WithBatch(good.Count));
        for (var i = 0; i < good.Count; i++)
            features.Rows(good[i]).CopyTo(compact.Rows(i));
        features.Dispose();
        return compact;
    }

    private void KeepExact(ContentHash[] hashes, Tensor features)
    {
        _exact ??= Tensor.Zeros(_memory!.Shape);
        for (var i = 0; i < hashes.Length; i++)
        {
            foreach (var place in _places.GetValueOrDefault(hashes[i], []))
            {
                features.Rows(i).CopyTo(_exact.Rows(place));
                _exactlyKnown[place] = true;
            }
        }
    }

    private void LookUp()
    {
        if (_memory is null)
        {
            foreach (var (hash, places) in _places)
            {
                if (!_table.Contains(hash))
                    continue;
                foreach (var place in places)
                    _known[place] = true;
            }

            return;
        }

        var hashes = _hashes.Select(hash => hash ?? default).ToArray();
        var found = new bool[hashes.Length];
        _table.ReadMany(hashes, _memory.Span, found);
        for (var i = 0; i < found.Length; i++)
            _known[i] = found[i] && _hashes[i] is not null;
    }

    private void Keep(int place, ReadOnlySpan<float> features)
    {
        _known[place] = true;
        if (_memory is not null)
            features.CopyTo(_memory.Rows(place));
    }

    private void Write(Action write)
    {
        if (_storeProblem is not null)
            return;
        try
        {
            write();
        }
        catch (FeatureStoreException error) when (_memory is not null)
        {
            _storeProblem = error.Message;
        }
    }
}
