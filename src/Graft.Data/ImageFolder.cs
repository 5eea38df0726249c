namespace Graft.Data;

/// <summary>Lists images that have no classes, or whose classes do not matter.</summary>
public static class ImageFolder
{
    /// <summary>
    /// Lists the files of a folder and of the folders inside it, the images of a manifest, or a single file, in ordinal
    /// order of their names. Hidden files and folders are left out. Whether a file is an image is not checked.
    /// </summary>
    /// <param name="path">A folder, a file, or a manifest.</param>
    /// <exception cref="DatasetException">
    /// The path does not exist, the folder has no files, or it cannot be listed.
    /// </exception>
    public static IReadOnlyList<ImageSample> List(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var full = Path.GetFullPath(path);
        if (ImageManifest.Is(full))
            return
            [
                .. ImageManifest
                    .Read(full)
                    .Select(image => ImageSample.FromFile(image.Path) with { Name = image.Name })
                    .OrderBy(image => image.Name, StringComparer.Ordinal),
            ];
        if (File.Exists(full))
            return [ImageSample.FromFile(full) with { Name = Path.GetFileName(full) }];
        if (!Directory.Exists(full))
            throw new DatasetException(MissingFolder.Describe(full, "image or folder of images"));
        var files = FolderListing.FilesBelow(full);
        if (files.Count == 0)
            throw new DatasetException(
                $"Folder '{full}' has no files; images were expected. Put images into it or name another folder."
            );
        return
        [
            .. files.Select(relative =>
                ImageSample.FromFile(MissingFolder.Combine(full, relative)) with
                {
                    Name = relative,
                }
            ),
        ];
    }
}
