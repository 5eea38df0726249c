namespace Graft.Weights.TfJs;

/// <summary>Reads the files of a group as one sequence of bytes. Only one file is open at a time.</summary>
internal sealed class TfJsShardReader(string model, IReadOnlyList<string> shards) : IDisposable
{
    private FileStream? _current;
    private int _next;

    /// <summary>Fills <paramref name="destination"/> with the next bytes, across file boundaries.</summary>
    /// <exception cref="WeightsFormatException">Fewer bytes remain.</exception>
    public void ReadExactly(Span<byte> destination)
    {
        while (destination.Length > 0)
        {
            var read = _current?.Read(destination) ?? 0;
            destination = destination[read..];
            if (read > 0)
                continue;
            _current?.Dispose();
            _current = null;
            if (_next == shards.Count)
                throw new WeightsFormatException(
                    TfJsModel.Operation,
                    model,
                    $"{destination.Length:N0} more bytes in the shards",
                    "the end of the last one",
                    "A shard became shorter after the model was opened; get a fresh copy of the model."
                );
            _current = new FileStream(
                shards[_next++],
                FileMode.Open,
                FileAccess.Read,
                FileShare.Read,
                bufferSize: 0,
                FileOptions.SequentialScan
            );
        }
    }

    public void Dispose() => _current?.Dispose();
}
