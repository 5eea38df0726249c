namespace Graft.Weights.TfJs;

/// <summary>
/// Tensors that are stored one after another across several files. A tensor may continue in the next file.
/// </summary>
/// <param name="Shards">The paths of the files, in order.</param>
/// <param name="Weights">The tensors, in order.</param>
internal sealed record TfJsShardGroup(IReadOnlyList<string> Shards, IReadOnlyList<TfJsWeight> Weights)
{
    /// <summary>Checks that all files exist and that their total size is that of the tensors.</summary>
    /// <exception cref="WeightsFormatException">A file is missing, or the total sizes differ.</exception>
    public void Check(string model, string operation, string remedy)
    {
        Int128 expected = 0;
        foreach (var weight in Weights)
            expected += weight.ByteCount;
        Int128 found = 0;
        foreach (var shard in Shards)
        {
            var file = new FileInfo(shard);
            if (!file.Exists)
                throw new WeightsFormatException(
                    operation,
                    model,
                    $"the shard '{shard}' beside it",
                    "no such file",
                    remedy
                );
            found += file.Length;
        }

        if (expected == found)
            return;
        var shards = string.Join(", ", Shards.Select(static shard => $"'{Path.GetFileName(shard)}'"));
        throw new WeightsFormatException(
            operation,
            model,
            $"{expected:N0} bytes for {Weights.Count} tensors in the shards [{shards}] beside it",
            $"{found:N0}",
            remedy
        );
    }
}
