using Graft.Tensors;

namespace Graft.Training.Features;

/// <summary>
/// Brings features together from the store and from the network. Where they fit into memory they are kept there from the
/// start, and a store that cannot be written (a full disk) costs only that they are computed again next time.
/// </summary>
internal sealed class FeatureCollector : IDisposable
{
    private readonly FeatureTable _table;
    private readonly PictureState[] _pictures;
    private readonly bool[] _known;
    private readonly Dictionary<ContentHash, List<int>> _places = [];
    private Tensor? _memory;
    private string? _storeProblem;

    /// <summary>Reads what the store knows of some pictures.</summary>
    /// <param name="table">The store's part.</param>
    /// <param name="pictures">The pictures, hashed where they could be read.</param>
    /// <param name="maximumBytes">More than this stays in the store.</param>
    public FeatureCollector(FeatureTable table, PictureState[] pictures, long maximumBytes)
    {
        _table = table;
        _pictures = pictures;
        _known = new bool[pictures.Length];
        for (var i = 0; i < pictures.Length; i++)
        {
            if (pictures[i].Hash is not { } hash)
                continue;
            if (!_places.TryGetValue(hash, out var places))
                _places.Add(hash, places = []);
            places.Add(i);
        }

        var shape = table.Space.Shape;
        if (shape.ElementCount * sizeof(float) * pictures.Length <= maximumBytes)
            _memory = Tensor.Uninitialized(new Shape([pictures.Length, .. shape.Dimensions]));
        LookUp();
    }

    /// <summary>Whether the store has the features of a picture.</summary>
    public bool IsKnown(int picture) => _known[picture];

    /// <summary>Takes computed features and stores them.</summary>
    /// <param name="hashes">The contents.</param>
    /// <param name="features">Their features, <c>[hashes, ...]</c>.</param>
    /// <exception cref="FeatureStoreException">They do not fit into memory and the store cannot be written.</exception>
    public void Add(ContentHash[] hashes, Tensor features)
    {
        var rows = new List<(ContentHash, ReadOnlyMemory<float>)>(hashes.Length);
        for (var i = 0; i < hashes.Length; i++)
        {
            rows.Add((hashes[i], features.Rows(i).ToArray()));
            if (!_places.TryGetValue(hashes[i], out var places))
                continue;
            foreach (var place in places)
                Keep(place, features.Rows(i));
        }

        Write(() => _table.WriteBatch(rows));
    }

    /// <summary>Stores why pictures are bad.</summary>
    public void AddVerdicts(VerdictTable table, IReadOnlyList<(ContentHash Hash, string Reason)> verdicts) => Write(() => table.WriteBatch(verdicts));

    /// <summary>The features of the good pictures.</summary>
    /// <param name="extraction">Which those are.</param>
    /// <returns>A set that the caller owns.</returns>
    public FeatureSet ToSet(FeatureExtraction extraction)
    {
        extraction = extraction with { StoreProblem = _storeProblem };
        if (_memory is null)
            return FeatureSet.InStore(extraction, _table, [.. extraction.Good.Select(i => _pictures[i].Hash!.Value)]);
        if (extraction.Good.Count < _pictures.Length)
        {
            var compact = Tensor.Uninitialized(_memory.Shape.WithBatch(extraction.Good.Count));
            for (var i = 0; i < extraction.Good.Count; i++)
                _memory.Rows(extraction.Good[i]).CopyTo(compact.Rows(i));
            _memory.Dispose();
            _memory = compact;
        }

        var features = _memory;
        _memory = null;
        return FeatureSet.InMemory(extraction, features);
    }

    public void Dispose() => _memory?.Dispose();

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

        var hashes = _pictures.Select(picture => picture.Hash ?? default).ToArray();
        var found = new bool[hashes.Length];
        _table.ReadMany(hashes, _memory.Span, found);
        for (var i = 0; i < found.Length; i++)
            _known[i] = found[i] && _pictures[i].Hash is not null;
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
