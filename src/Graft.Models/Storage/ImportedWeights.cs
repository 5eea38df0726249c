namespace Graft.Models.Storage;

/// <summary>A weights file that a user imported, from a path or an address.</summary>
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
