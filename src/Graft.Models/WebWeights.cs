using Graft.Models.Downloads;

namespace Graft.Models;

/// <summary>A file on the web with the names and orders of torchvision or timm: safetensors or PyTorch's.</summary>
/// <param name="File">The file.</param>
/// <param name="Size">How large it is, about.</param>
public sealed record WebWeights(WebFile File, long Size) : WeightsOrigin
{
    /// <inheritdoc/>
    public override string Place => File.Address.ToString();

    /// <inheritdoc/>
    public override long Bytes => Size;

    internal override bool IsOf(string digest) =>
        digest.StartsWith(Sha256Prefix + File.Sha256, StringComparison.Ordinal);
}
