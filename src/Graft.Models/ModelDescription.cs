namespace Graft.Models;

/// <summary>
/// What <c>models list</c> and <c>models info</c> report about pretrained weights. It has only plain values, so that it
/// can be written as JSON.
/// </summary>
/// <param name="Name">The name that commands accept.</param>
/// <param name="Title">A short title for display.</param>
/// <param name="Pulled">Whether the weights are on this machine.</param>
/// <param name="DownloadBytes">
/// The approximate size of the download in bytes; 0 if it is unknown, or if the weights come with the program.
/// </param>
/// <param name="BytesOnDisk">The size on this machine in bytes; 0 if the weights are not there.</param>
/// <param name="Folder">The folder of the weights, whether it exists or not.</param>
/// <param name="InputHeight">The height of the input in pixels.</param>
/// <param name="InputWidth">The width of the input in pixels.</param>
/// <param name="Preprocessing">The preprocessing, on one line.</param>
/// <param name="Classes">The number of classes that the weights distinguish; 0 if they have no classifier.</param>
/// <param name="TrainedOn">What the weights were trained on.</param>
/// <param name="PublishedAccuracy">
/// The published top-1 accuracy on that data set's validation set, from 0 to 1; null if none is published.
/// </param>
/// <param name="Licence">The licence of the weights.</param>
/// <param name="Source">Who made the weights, and how they are obtained.</param>
/// <param name="Paper">The paper that describes the architecture.</param>
/// <param name="Origin">Where the weights come from: a package with its version, an address, or a path.</param>
/// <param name="Digest">
/// The digest of the file that the weights were converted from: <c>sha256-</c> and hexadecimal digits, or in npm's
/// notation. Null if the weights are not on this machine.
/// </param>
/// <param name="FeatureNodes">The nodes whose output can serve as features, the usual one first.</param>
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
