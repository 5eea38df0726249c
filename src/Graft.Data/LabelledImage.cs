using Graft.Data.Hashing;

namespace Graft.Data;

/// <summary>A file that should be an image, with its class. Nothing but its name has been looked at.</summary>
/// <param name="Path">The absolute path.</param>
/// <param name="RelativePath">
/// The path below the dataset's root, its parts separated by <c>/</c> on every platform.
/// </param>
/// <param name="Label">The index of the class in <see cref="ImageDataset.ClassNames"/>.</param>
public sealed record LabelledImage(string Path, string RelativePath, int Label)
{
    /// <summary>
    /// The hash of the file's bytes if the scan had to compute it (it does to split a dataset), otherwise null. Good
    /// for looking features up; what is stored must be hashed again with the bytes that were decoded, for the file may
    /// have changed since.
    /// </summary>
    public ContentHash? Hash { get; init; }
}
