namespace Graft.Models.Storage;

/// <summary>A file that a user brought into the store, from the disk or from an address of their own.</summary>
/// <param name="Given">The path or address.</param>
public sealed record ImportedWeights(string Given) : WeightsOrigin
{
    /// <inheritdoc/>
    public override string Place => Given;

    /// <inheritdoc/>
    public override long Bytes => 0;

    internal override bool IsOf(string digest) =>
        digest.StartsWith(WeightsOrigin.Sha256Prefix, StringComparison.Ordinal);
}
