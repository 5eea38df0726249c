using Graft.Models.Downloads;

namespace Graft.Models;

/// <summary>A weights file on the web (safetensors or PyTorch) with torchvision's or timm's names.</summary>
/// <param name="File">The file.</param>
/// <param name="Size">The approximate size in bytes.</param>
public sealed record WebWeights(WebFile File, long Size) : WeightsOrigin
{
    /// <inheritdoc/>
    public override string Place => File.Address.ToString();

    /// <inheritdoc/>
    public override long Bytes => Size;

    internal override bool IsOf(string digest) =>
        digest.StartsWith(Sha256Prefix + File.Sha256, StringComparison.Ordinal);
}
