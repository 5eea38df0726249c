namespace Graft.Data;

/// <summary>A file that should be an image, of no known class.</summary>
/// <param name="Path">The absolute path.</param>
/// <param name="RelativePath">
/// The path below the folder that was listed, its parts separated by <c>/</c>; for a single file its name.
/// </param>
public sealed record ImageFile(string Path, string RelativePath);

/// <summary>Lists images that have no classes, or whose classes do not matter.</summary>
public static class ImageFolder
{
    /// <summary>
    /// All files of a folder and the folders inside, in ordinal order of their relative paths; or the one file. Hidden
    /// files and folders are left out; or the images of a manifest. Whether a file is an image is not looked at.
    /// </summary>
    /// <param name="path">A folder, a file, or a manifest.</param>
    /// <exception cref="DatasetException">
    /// Nothing is there, the folder has no files, or it cannot be listed.
    /// </exception>
    public static IReadOnlyList<ImageFile> List(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var full = System.IO.Path.GetFullPath(path);
        if (ImageManifest.Is(full))
            return
            [
                .. ImageManifest
                    .Read(full)
                    .Select(image => new ImageFile(image.Path, image.Name))
                    .OrderBy(image => image.RelativePath, StringComparer.Ordinal),
            ];
        if (File.Exists(full))
            return [new(full, System.IO.Path.GetFileName(full))];
        if (!Directory.Exists(full))
            throw new DatasetException(MissingFolder.Describe(full, "image or folder of images"));
        var files = FolderListing.FilesBelow(full);
        if (files.Count == 0)
            throw new DatasetException(
                $"Folder '{full}' has no files; images were expected. Put images into it or name another folder."
            );
        return [.. files.Select(relative => new ImageFile(MissingFolder.Combine(full, relative), relative))];
    }
}
